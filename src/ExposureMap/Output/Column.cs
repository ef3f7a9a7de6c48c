using System.Globalization;
using System.Text.Json;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Output;

/// <summary>One field of a row: its name in the contract, how JSON and how a line of text say it.</summary>
internal sealed record Column<T>(string Name, Action<Utf8JsonWriter, T> Json, Func<T, string> Text)
{
    /// <summary>Shown in tables; the other formats always have every column.</summary>
    public bool InTable { get; init; } = true;

    /// <summary>Numbers stand to the right in tables.</summary>
    public bool IsNumber { get; init; }
}

/// <summary>Columns by the kind of their value.</summary>
internal static class Column
{
    public static Column<T> Word<T>(string name, Func<T, string> value) => new(name, (json, row) => json.WriteStringValue(value(row)), value);

    public static Column<T> Number<T>(string name, Func<T, long> value) =>
        new(name, (json, row) => json.WriteNumberValue(value(row)), row => value(row).ToString(CultureInfo.InvariantCulture)) { IsNumber = true };

    /// <summary>A number, or null (a blank in text) when there is none.</summary>
    public static Column<T> Optional<T>(string name, Func<T, long?> value) => new(name, (json, row) =>
    {
        if (value(row) is { } number) json.WriteNumberValue(number);
        else json.WriteNullValue();
    }, row => value(row)?.ToString(CultureInfo.InvariantCulture) ?? "")
    { IsNumber = true };

    public static Column<T> Flag<T>(string name, Func<T, bool> value) =>
        new(name, (json, row) => json.WriteBooleanValue(value(row)), row => value(row) ? "yes" : "no");

    /// <summary>Seconds since 1970 UTC with nine digits in JSON, ISO 8601 for people.</summary>
    public static Column<T> Time<T>(string name, Func<T, Timestamp> value) =>
        new(name, (json, row) => WriteTime(json, value(row)), row => TimeText(value(row)));

    public static Column<T> Words<T>(string name, Func<T, IEnumerable<string>> value) => new(name, (json, row) =>
    {
        json.WriteStartArray();
        foreach (var word in value(row)) json.WriteStringValue(word);
        json.WriteEndArray();
    }, row => string.Join(", ", value(row)))
   ;

    /// <summary>An object of counts; <c>read 12, write 1</c> in text.</summary>
    public static Column<T> Counts<T>(string name, Func<T, IEnumerable<KeyValuePair<string, long>>> value) => new(name, (json, row) =>
    {
        json.WriteStartObject();
        foreach (var (word, count) in value(row)) json.WriteNumber(word, count);
        json.WriteEndObject();
    }, row => string.Join(", ", value(row).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value}"))))
   ;

    /// <summary>What is at any time is at none: null.</summary>
    public static void WriteTime(Utf8JsonWriter json, Timestamp time)
    {
        if (time.IsNever || time == Timestamp.Beginning) json.WriteNullValue();
        else json.WriteRawValue(time.ToUnixText());
    }

    public static string TimeText(Timestamp time) => time.IsNever || time == Timestamp.Beginning ? "" : time.ToString();

    public static IEnumerable<KeyValuePair<string, long>> Counted(EffectTally effects, EffectTally others = default)
    {
        for (var effect = EffectWords.Count - 1; effect >= 0; effect--)
        {
            var count = effects[effect] + others[effect];
            if (count != 0) yield return new(((Effect)effect).Word(), count);
        }
    }

    public static void WriteEvidence(Utf8JsonWriter json, Evidence evidence)
    {
        json.WriteStartObject();
        json.WriteString("file", evidence.Capture);
        json.WriteNumber("first_frame", evidence.FirstFrame);
        json.WriteNumber("last_frame", evidence.LastFrame);
        json.WriteEndObject();
    }

    public static Column<T> Evidence<T>(string name, Func<T, Evidence> value) =>
        new(name, (json, row) => WriteEvidence(json, value(row)), row => value(row).ToString());
}
