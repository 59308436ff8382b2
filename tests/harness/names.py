"""The variables that a template names, whatever it includes or imports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import meta, nodes

if TYPE_CHECKING:
    from jinja2 import Environment


class Names:
    """Reads templates with one environment and remembers what each of them names."""

    def __init__(self, env: Environment) -> None:
        """Read with `env`, whose loader finds what is included."""
        self.env = env
        self._sources: dict[str, frozenset[str]] = {}
        self._files: dict[str, frozenset[str]] = {}
        self.included: dict[str, set[str]] = {}

    def of(self, value: Any) -> frozenset[str]:
        """Names in a string, or in any string inside a list or a mapping."""
        if isinstance(value, str):
            if value not in self._sources:
                self._sources[value] = self._read(value, "", ())
            return self._sources[value]
        if isinstance(value, dict):
            value = [*value.keys(), *value.values()]
        if isinstance(value, list | tuple):
            return frozenset().union(*(self.of(item) for item in value))
        return frozenset()

    def of_file(self, name: str, _above: tuple[str, ...] = ()) -> frozenset[str]:
        """Names in a template file, called by its path from the root of the repository."""
        if name not in self._files:
            if name in _above:
                return frozenset()
            loader = self.env.loader
            assert loader is not None
            source = loader.get_source(self.env, name)[0]
            self._files[name] = self._read(source, name, (*_above, name))
        return self._files[name]

    def _read(self, source: str, name: str, above: tuple[str, ...]) -> frozenset[str]:
        tree = self.env.parse(source)
        names = meta.find_undeclared_variables(tree) - self.env.globals.keys()
        for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
            for other in self._meant(node.template, name or source):  # type: ignore[attr-defined]
                self.included.setdefault(name, set()).add(other)
                names |= self.of_file(other, above)
        return frozenset(names)

    def _meant(self, node: nodes.Expr, where: str) -> list[str]:
        """The templates that an include may mean: one, or every file that fits a name with parts open."""
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            return [node.value]
        loader = self.env.loader
        if isinstance(node, nodes.Concat) and loader is not None:
            parts = [re.escape(part.value) if isinstance(part, nodes.Const) else ".+" for part in node.nodes]
            fitting = re.compile("".join(parts))
            if found := [other for other in loader.list_templates() if fitting.fullmatch(other)]:
                return found
        message = f"{where}: an include whose name is computed cannot be followed; write the name out"
        raise ValueError(message)
