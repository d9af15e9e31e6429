"""Notices: their words, the guard against health data, and sending. The only importer of Jinja2 and Apprise."""
