"""Conditions and numbers of lessons: expressions of a small vocabulary, which are read and never run. No Streamlit in here.

There are ``and``, ``or``, ``not``, comparisons, ``in``, + - * /, ``abs``, names, numbers, texts, tuples and their
parts (``means[0][1]``), as Python writes them.
"""

import ast
import operator
import reprlib

from .checks import Nonsense

_BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
_COMPARED = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


class Expression:
    """An expression of some known facts.

    Parameters
    ----------
    text : str
    names : collection of str
        Of the facts; a `Nonsense` tells of any other name, and of what there is not in the vocabulary.
    """

    def __init__(self, text, names):
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise Nonsense(f"{reprlib.repr(text)} cannot be read") from None
        self.text = text
        self.names = {node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)} - {"abs"}
        if unknown := sorted(self.names - set(names)):
            raise Nonsense(f"{reprlib.repr(text)} asks for {unknown[0]}; there is no such fact")
        _value(self._tree, dict.fromkeys(names, 1.0), check=True)

    def __call__(self, facts):
        """Its value; None where it needs a fact that there is not, and a comparison with that does not hold."""
        return _value(self._tree, facts)


def _value(node, facts, check=False):
    def value(each):
        return _value(each, facts, check)

    match node:
        case ast.Constant(value=int() | float() | str()):
            return node.value
        case ast.Name(id=name):
            return facts.get(name)
        case ast.Tuple(elts=parts):
            return tuple([value(part) for part in parts])
        case ast.Subscript(value=part, slice=ast.Constant(value=int(place))):
            of = value(part)
            return of[place] if isinstance(of, tuple) and place < len(of) else None
        case ast.BoolOp(op=op, values=parts):
            each = [bool(value(part)) for part in parts]
            return all(each) if isinstance(op, ast.And) else any(each)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not value(part)
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return None if (of := value(part)) is None else -of
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _BINARY:
            both = value(left), value(right)
            return None if None in both or check else _BINARY[type(op)](*both)
        case ast.Call(func=ast.Name(id="abs"), args=[part], keywords=[]):
            return None if (of := value(part)) is None else abs(of)
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARED for op in ops):
            each = [value(part) for part in (left, *others)]
            return not check and all(None not in (a, b) and _COMPARED[type(op)](a, b) for op, a, b in zip(ops, each, each[1:]))
    raise Nonsense(f"{ast.unparse(node)!r} is not in the vocabulary of conditions")
