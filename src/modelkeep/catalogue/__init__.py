"""What is known: models, versions, stages and events, in SQL."""
