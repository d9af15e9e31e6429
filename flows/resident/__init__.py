"""The parts of the resident worker: how it hears of runs, what it keeps loaded, and the loop that runs them.

`flows.worker` puts them together into the worker type that Prefect knows. Nothing here knows what a flow does.
"""
