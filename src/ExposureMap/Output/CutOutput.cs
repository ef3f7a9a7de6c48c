using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Output;

/// <summary>An answer about a cut with the words it is printed in.</summary>
internal sealed record CutRow(CutAnswer Answer, MapSnapshot Map, ImmutableArray<string> Rules)
{
    public static CutRow Of(CutAnswer answer, MapSnapshot map, FirewallDialect dialect) =>
        new(answer, map, FirewallRules.Write(dialect, map, answer.Unit, answer.Cut));

    public string Name(int number) => Answer.Unit == CutUnit.Conduits ? NameOf(new(Map, number)) : Map.Assets[number].Handle;

    public string NameOf(Conduit conduit) => $"{FromOf(conduit)} -> {ToOf(conduit)} {conduit.Service}";

    public string FromOf(Conduit conduit) =>
        conduit.From >= 0 && Map.Assets[conduit.From].IsStandIn ? Map.Assets[conduit.From].Handle : conduit.FromAddress.ToString();

    public string ToOf(Conduit conduit) =>
        conduit.To >= 0 && Map.Assets[conduit.To].IsStandIn ? Map.Assets[conduit.To].Handle : conduit.ToAddress.ToString();

    public string Described(int number)
    {
        if (Answer.Unit == CutUnit.Conduits) return $"{Ends(new(Map, number))} {new Conduit(Map, number).Service}";
        return Named(Map.Assets[number]);
    }

    public string Ends(Conduit conduit) =>
        $"{(conduit.From < 0 ? conduit.FromAddress.ToString() : Named(Map.Assets[conduit.From]))} -> {(conduit.To < 0 ? conduit.ToAddress.ToString() : Named(Map.Assets[conduit.To]))}";

    public static string Named(Asset asset) =>
        asset.Names.IsEmpty || asset.IsStandIn || asset.Device.Length > 0 ? asset.Label : $"{asset.Names[0]} ({asset.Address})";
}

/// <summary>The fields of <c>cut</c> (contract), and the same for people.</summary>
internal static class CutOutput
{
    public static ImmutableArray<Column<CutRow>> Columns(CutUnit unit) =>
    [
        Column.Words<CutRow>(unit == CutUnit.Conduits ? "conduits" : "assets", row => row.Answer.Cut.Select(row.Name)),
        Column.Flag<CutRow>("joined", row => row.Answer.IsJoined),
        Column.Flag<CutRow>("possible", row => row.Answer.IsPossible),
        Column.Flag<CutRow>("proven", row => row.Answer.IsProven),
        new Column<CutRow>("breaks", WriteBreaks, row => string.Join("; ", row.Answer.Breaks.Select(one => $"{row.NameOf(one.Conduit)} {one.Rate}"))),
        Column.Number<CutRow>("breaks_total", row => row.Answer.BreaksCount),
        new Column<CutRow>("alternatives", WriteAlternatives,
            row => string.Join("; ", row.Answer.Alternatives.Select(one => string.Join(" + ", one.Select(row.Name))))),
        Column.Flag<CutRow>("alternatives_complete", row => row.Answer.AlternativesComplete),
        Column.Words<CutRow>("left_out", row => row.Answer.LeftOut.Select(asset => asset.Handle)),
        Column.Words<CutRow>("obstacles", row => row.Answer.Obstacles),
        Column.Words<CutRow>("rules", row => row.Rules),
        Column.Words<CutRow>("rule_notes", row => FirewallRules.Notes(row.Map, row.Answer.Unit, row.Answer.Cut)),
    ];

    public static void PrintForPeople(CutRow row)
    {
        var (answer, unit) = (row.Answer, row.Answer.Unit == CutUnit.Conduits ? "conduit" : "asset");
        if (!answer.IsJoined) Console.WriteLine("nothing to cut: no path joins them in what was watched");
        else if (!answer.IsPossible) Console.WriteLine($"no cut of {unit}s severs them: {string.Join("; ", answer.Obstacles)}");
        else if (answer.CutOff == CutOff.None)
        {
            Console.WriteLine(
                $"cut {answer.Cut.Length} {unit}{(answer.Cut.Length == 1 ? "" : "s")}{(answer.IsProven ? "; proven: the reach was computed again without, and holds no target" : "; NOT proven")}");
            foreach (var number in answer.Cut) Console.WriteLine($"  {row.Described(number)}");
            foreach (var (other, place) in answer.Alternatives.Where(one => !one.SequenceEqual(answer.Cut))
                .Select((other, place) => (other, place + 1)))
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"or, as good ({place}): {string.Join(" + ", other.Select(row.Described))}"));
            if (!answer.AlternativesComplete) Console.WriteLine("there are more cuts of the same cost");
            Console.WriteLine("stops working:");
            foreach (var one in answer.Breaks)
                Console.WriteLine(
                    $"  {row.Ends(one.Conduit)} {one.Conduit.Service}: {one.Rate}{(one.IsLegitimate ? "" : ", outside the policy anyway")}");
            if (answer.BreaksCount > answer.Breaks.Length)
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"  and {answer.BreaksCount - answer.Breaks.Length} conduits more, less used"));
            Console.WriteLine("rules:");
            foreach (var rule in row.Rules) Console.WriteLine("  " + rule);
        }

        if (!answer.LeftOut.IsEmpty)
            Console.WriteLine(
                $"left out, being among the sources too, so within reach whatever is cut: {string.Join(", ", answer.LeftOut.Select(CutRow.Named))}");
        AnswerOutput.PrintWorth(answer.Coverage, answer.CutOff);
    }

    private static void WriteBreaks(Utf8JsonWriter json, CutRow row)
    {
        json.WriteStartArray();
        foreach (var one in row.Answer.Breaks)
        {
            json.WriteStartObject();
            json.WriteString("from", row.FromOf(one.Conduit));
            json.WriteString("to", row.ToOf(one.Conduit));
            json.WriteString("service", one.Conduit.Service.ToString());
            json.WriteNumber("sessions_a_day", Math.Round(one.SessionsPerDay, 2));
            json.WriteBoolean("legitimate", one.IsLegitimate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAlternatives(Utf8JsonWriter json, CutRow row)
    {
        json.WriteStartArray();
        foreach (var cut in row.Answer.Alternatives)
        {
            json.WriteStartArray();
            foreach (var number in cut) json.WriteStringValue(row.Name(number));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
