"""Tables in Parquet files: the size is known from the metadata, before anything is unpacked."""

import ast
import io
import re

from .limits import TooLarge, check_bytes, check_size


def read_parquet(data, filename):
    """Read a table from the bytes of a Parquet file.

    Returns
    -------
    frame : DataFrame
    names : list of str
    notes : list of str, how the file was read and which columns were left out
    """
    import pyarrow.parquet as pq  # only whoever reads Parquet files needs it

    damaged = ValueError(f"{filename} is a damaged Parquet file; save it again.")
    try:
        file = pq.ParquetFile(io.BytesIO(data))
    except Exception:  # pyarrow raises many kinds; all mean that the file is not what it says it is
        raise damaged from None
    read, notes = _columns(file.schema_arrow)
    if not read:
        why = f": {notes[0][0].lower()}{notes[0][1:].split(';')[0]}" if notes else ""
        raise ValueError(f"{filename} has no column of numbers{why}; choose another table.")
    try:
        _check_metadata(file.metadata, filename)
        texts = [field.name for field in file.schema_arrow if _is_of_text(field.type)]
        # repeated texts stay unpacked until it is known how long they are together
        table = pq.ParquetFile(io.BytesIO(data), read_dictionary=texts).read(columns=read)
        check_bytes(sum(_text_bytes(column) for column in table.columns), filename, "has text of")
        table, names = _without_index(table)
        plain = [_plain(column, field.type, field.name in texts) for column, field in zip(table.columns, table.schema)]
        frame = type(table).from_arrays(plain, names=[str(i) for i in range(len(plain))]).to_pandas(date_as_object=False)
    except TooLarge:
        raise
    except Exception:
        raise damaged from None
    return frame, names, ["Read as Parquet.", *notes]


def _check_metadata(metadata, filename):
    """Refuse what would be too large, however small the file: equal values are stored once."""
    chunks = [metadata.row_group(i).column(j) for i in range(metadata.num_row_groups) for j in range(metadata.num_columns)]
    check_size(metadata.num_rows, metadata.num_columns, filename, sum(chunk.num_values for chunk in chunks))
    check_bytes(sum(chunk.total_uncompressed_size for chunk in chunks), filename, "unpacks to")
    fixed = sum(
        metadata.num_rows * metadata.schema.column(j).length
        for j in range(metadata.num_columns)
        if metadata.schema.column(j).physical_type == "FIXED_LEN_BYTE_ARRAY"
    )
    check_bytes(fixed, filename, "unpacks to")


def _columns(schema):
    """Names of the columns that can be shown, and why others were left out."""
    import pyarrow.types as types

    reasons = {}
    for field in schema:
        if types.is_nested(field.type):
            reasons[field.name] = "holds lists or records, not numbers"
        elif types.is_binary(field.type) or types.is_large_binary(field.type) or types.is_fixed_size_binary(field.type):
            reasons[field.name] = "holds binary data, not numbers"
    read = [field.name for field in schema if field.name not in reasons]
    return read, [f'Column "{name}" {reason}; it was left out.' for name, reason in reasons.items()]


def _is_of_text(type):
    import pyarrow.types as types

    return types.is_string(type) or types.is_large_string(type)


def _text_bytes(column):
    """Bytes of the texts of a column with each repeated one written out."""
    import pyarrow.compute as pc
    import pyarrow.types as types

    if not (types.is_dictionary(column.type) and _is_of_text(column.type.value_type)):
        return 0
    return sum(pc.sum(pc.binary_length(chunk.dictionary).take(chunk.indices)).as_py() or 0 for chunk in column.chunks)


def _without_index(table):
    """The table with the columns of a pandas index first, without the index that has no name, and the names of its columns."""
    metadata = table.schema.pandas_metadata or {}
    index = [name for name in metadata.get("index_columns", ()) if isinstance(name, str) and name in table.column_names]
    unnamed = [name for name in index if re.fullmatch(r"__index_level_\d+__", name)]
    order = [*(name for name in index if name not in unnamed), *(name for name in table.column_names if name not in index)]
    if index:
        table = table.select(order)
    levels = len(metadata.get("column_indexes", ()))
    return table, [
        " ".join(map(str, ast.literal_eval(name))) if levels > 1 and name.startswith("(") else name for name in table.column_names
    ]


def _plain(column, type, packed):
    """A column with packed texts written out, and decimals as floats."""
    import pyarrow as pa

    if packed:
        return column.cast(pa.large_string())
    return column.cast(pa.float64()) if pa.types.is_decimal(type) else column
