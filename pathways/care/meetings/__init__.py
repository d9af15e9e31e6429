"""The weekly meetings: which matters stand on the list, why, and what is decided on them."""
