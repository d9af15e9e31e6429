"""Who may do what: the people who sign in, how their teams relate to an episode, and the table that follows. Pure."""
