"""Records by SQLAlchemy: the engine, its transactions, its migrations. Each room keeps its own tables."""
