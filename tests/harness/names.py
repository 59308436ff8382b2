"""The variables that a template names, whatever it includes or imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import meta

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
        for other in meta.find_referenced_templates(tree):
            if other is None:
                message = f"{name or source!r} includes a template whose name is computed: write the name out"
                raise ValueError(message)
            self.included.setdefault(name, set()).add(other)
            names |= self.of_file(other, above)
        return frozenset(names)
