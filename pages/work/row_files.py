"""A table of rows, with their components, as a file that leaves the app. No Streamlit in here."""

import base64
import io

import pandas as pd

ROWS = ("rows-csv", "rows-parquet")
_PARQUET = "application/vnd.apache.parquet"
_LARGEST = 100_000_000  # characters of a file that is sent through the page


def rows_file(frame, kind):
    """A table as a file.

    Parameters
    ----------
    frame : DataFrame
    kind : "rows-csv" or "rows-parquet"

    Returns
    -------
    mime, text : str
        The text of a Parquet file is a data URL.
    """
    mime = "text/csv" if kind == "rows-csv" else _PARQUET
    content = rows_bytes(frame, kind)
    text = content.decode() if kind == "rows-csv" else f"data:{mime};base64,{base64.b64encode(content).decode()}"
    if len(text) > _LARGEST:
        raise ValueError(
            f"it has {len(text) / 1e6:,.0f} MB, more than the {_LARGEST / 1e6:.0f} that can be sent to the "
            "browser; the exported script makes the same table."
        )
    return mime, text


def rows_bytes(frame, kind):
    """The same as bytes."""
    return frame.to_csv(index=False).encode() if kind == "rows-csv" else to_parquet(frame)


def to_parquet(frame):
    """A table as the bytes of a Parquet file; columns of mixed kinds, which it cannot hold, become text."""
    kinds = {name: pd.api.types.infer_dtype(column, skipna=True) for name, column in frame.items()}
    mixed = [name for name, kind in kinds.items() if kind.startswith("mixed")]
    texts = {name: frame[name].map(str, na_action="ignore") for name in mixed}
    frame.assign(**texts).to_parquet(file := io.BytesIO(), index=False)
    return file.getvalue()
