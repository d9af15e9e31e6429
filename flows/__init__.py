"""When things run and how long they wait. The only package that imports Prefect."""
