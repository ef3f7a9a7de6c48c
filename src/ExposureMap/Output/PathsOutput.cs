using System.Globalization;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using Spectre.Console;

namespace ExposureMap.Output;

/// <summary>Prints paths for people: a heading each, and a line for every hop.</summary>
internal static class PathsOutput
{
    public static void Print(PathAnswer answer)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 200;
        foreach (var ranked in RankedPath.Of(answer)) PrintOne(ranked);
        AnswerOutput.PrintWorth(answer.Coverage, answer.CutOff);
    }

    private static void PrintOne(RankedPath ranked)
    {
        var path = ranked.Path;
        var grade = path.Grade switch
        {
            null => "no effect was seen at the last hop",
            Effect.Opaque => "the last hop is encrypted",
            Effect.Admin => "last hop was seen to administer",
            { } effect => $"last hop was seen to {effect.Word()}",
        };
        var claim = path.Basis switch
        {
            PathBasis.Permitted => "permitted by the policy, not observed",
            PathBasis.Assumed => $"assumed, not observed; {grade}",
            _ => $"{(path.IsWitnessed ? "holds in time" : "does not hold in time")}, {PathColumns.CertaintyWord(path.Certainty)}, {grade}",
        };
        AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[bold]{ranked.Rank}. {Markup.Escape(path.From.Label)} -> {Markup.Escape(path.To.Label)}[/]  cost {path.Cost}, {claim}"));
        foreach (var hop in path.Hops) IndentedText.Write(Markup.Escape(HopLine.Of(hop)));
        foreach (var reason in path.Because) IndentedText.Write($"[grey]{Markup.Escape(reason)}[/]");
    }
}
