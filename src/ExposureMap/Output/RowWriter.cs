using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace ExposureMap.Output;

/// <summary>
/// Prints rows in the format asked for: as they come for <c>ndjson</c> and <c>csv</c>, at the end for <c>json</c> and <c>table</c>.
/// </summary>
internal sealed class RowWriter<T> : IDisposable
{
    private static readonly JsonWriterOptions JsonOptions = new() { SkipValidation = true };

    private readonly ImmutableArray<Column<T>> _columns;
    private readonly RowFormat _format;
    private readonly string _plural;
    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly List<T> _kept = [];
    private bool _isEnded;

    /// <param name="plural">What the rows are called in the enclosing JSON object.</param>
    public RowWriter(Stream output, RowFormat format, string plural, ImmutableArray<Column<T>> columns)
    {
        (_output, _format, _plural, _columns) = (output, format, plural, columns);
        _json = new(_line, JsonOptions);
        if (_format == RowFormat.Csv) WriteLine(string.Join(',', columns.Select(column => column.Name)));
        if (_format == RowFormat.Json)
        {
            _json.WriteStartObject();
            _json.WriteStartArray(plural);
        }
    }

    public long Count { get; private set; }

    public void Write(T row)
    {
        Count++;
        switch (_format)
        {
            case RowFormat.Table:
                _kept.Add(row);
                break;
            case RowFormat.Csv:
                WriteLine(string.Join(',', _columns.Select(column => CsvField.Escape(column.Text(row)))));
                break;
            default:
                WriteObject(row);
                break;
        }
    }

    /// <summary>Ends the rows. The summary (coverage, completeness) goes into the enclosing object, or is the last <c>ndjson</c> line.</summary>
    public void End(Action<Utf8JsonWriter>? summary = null)
    {
        if (_isEnded) return;
        _isEnded = true;
        switch (_format)
        {
            case RowFormat.Table:
                WriteTable();
                break;
            case RowFormat.Json:
                _json.WriteEndArray();
                summary?.Invoke(_json);
                _json.WriteEndObject();
                FlushLine();
                break;
            case RowFormat.Ndjson when summary is not null:
                _json.WriteStartObject();
                _json.WriteBoolean("summary", true);
                summary(_json);
                _json.WriteEndObject();
                FlushLine();
                break;
        }

        _output.Flush();
    }

    public void Dispose()
    {
        End();
        _json.Dispose();
    }

    private void WriteObject(T row)
    {
        _json.WriteStartObject();
        foreach (var column in _columns)
        {
            _json.WritePropertyName(column.Name);
            column.Json(_json, row);
        }

        _json.WriteEndObject();
        if (_format == RowFormat.Ndjson) FlushLine();
        else if (_line.WrittenCount + _json.BytesPending > 1 << 16) FlushText();
    }

    private void FlushLine()
    {
        FlushText();
        _output.WriteByte((byte)'\n');
        _json.Reset();
    }

    private void FlushText()
    {
        _json.Flush();
        _output.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
    }

    private void WriteLine(string text) => _output.Write(Encoding.UTF8.GetBytes(text + "\n"));

    private void WriteTable()
    {
        using var text = new StreamWriter(_output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        TextTable.Write(text, [.. _columns.Where(column => column.InTable)], _kept);
    }
}
