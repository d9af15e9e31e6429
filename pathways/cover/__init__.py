"""Who answers for a team at a given time: hours, holidays, exceptions and calendars. Pure; knows no episode."""
