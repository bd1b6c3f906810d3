"""How a database goes about what it is asked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


class Explained:
    """Collects the plans of statements that an engine runs and that have this text."""

    def __init__(self, engine: sa.Engine, text: str = "FROM sale") -> None:
        self.engine = engine
        self.text = text
        self.plans: list[str] = []
        sa.event.listen(engine, "before_cursor_execute", self._look)

    def close(self) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self._look)

    def _look(self, connection: Any, cursor: Any, statement: str, parameters: Any,
              context: Any, many: bool) -> None:
        if self.text not in statement:
            return
        sqlite = self.engine.dialect.name == "sqlite"
        words = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        own = connection.connection.driver_connection.cursor()
        own.execute(words + statement, parameters)
        self.plans.append("\n".join(str(row[-1]) for row in own.fetchall()))
        own.close()
