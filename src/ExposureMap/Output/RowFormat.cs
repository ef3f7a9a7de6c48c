namespace ExposureMap.Output;

/// <summary>How rows are printed (contract, <c>--format</c>).</summary>
internal enum RowFormat { Table, Json, Ndjson, Csv }
