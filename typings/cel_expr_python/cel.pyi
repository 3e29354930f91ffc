# The part of cel-expr-python 0.1.3 that the rules room uses; its own stub needs protobuf and has no marker.

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

class Type:
    BOOL: ClassVar[Type]
    INT: ClassVar[Type]
    STRING: ClassVar[Type]
    @staticmethod
    def List(element_type: Type) -> Type: ...  # noqa: N802 - the engine's name
    def name(self) -> str: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

class Value:
    def value(self) -> object: ...
    def type(self) -> Type: ...

class Expression:
    def eval(self, *, data: Mapping[str, object]) -> Value: ...
    def return_type(self) -> Type: ...
    def serialize(self) -> bytes: ...

class Overload:
    def __init__(
        self,
        overload_id: str,
        return_type: Type,
        parameters: Sequence[Type],
        is_member: bool,
        impl: Callable[[list[int], str], bool],
    ) -> None: ...

class FunctionDecl:
    def __init__(self, name: str, overloads: Sequence[Overload]) -> None: ...

class Env:
    def compile(self, expression: str) -> Expression: ...

def NewEnv(  # noqa: N802 - the engine's name
    *, variables: Mapping[str, Type], functions: Sequence[FunctionDecl]
) -> Env: ...
