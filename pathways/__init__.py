"""What is right: pathways, episodes, handovers, clocks and notices. Knows neither Prefect nor the web."""
