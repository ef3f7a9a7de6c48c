using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace ExposureMap.Output;

/// <summary>Prints rows in the format asked for: as they come for <c>ndjson</c> and <c>csv</c>, at the end for <c>json</c> and <c>table</c>.</summary>
internal sealed class RowWriter<T> : IDisposable
{
    /// <summary>Characters in a line when nobody's window limits it.</summary>
    private const int WidthOfFile = 240;

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
        if (_kept.Count == 0) return;
        var shown = _columns.Where(column => column.InTable).ToList();
        var table = new Table().Border(TableBorder.Minimal).Title($"{_plural} ({_kept.Count})");
        foreach (var column in shown)
        {
            var header = new TableColumn(Markup.Escape(column.Name)) { NoWrap = !column.Wraps };
            if (!column.Wraps) header.Width = Math.Max(column.Name.Length, _kept.Max(row => column.Text(row).Length));
            table.AddColumn(column.IsNumber ? header.RightAligned() : header);
        }

        foreach (var row in _kept) table.AddRow(shown.Select(column => Markup.Escape(column.Text(row))).ToArray());
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = WidthOfFile;
        AnsiConsole.Write(table);
    }
}
