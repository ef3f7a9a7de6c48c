using System.Globalization;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Output;

/// <summary>Prints paths for people: a heading each, and a line for every hop.</summary>
internal static class PathsOutput
{
    public static void Print(PathAnswer answer)
    {
        using (var page = new Page())
            foreach (var ranked in RankedPath.Of(answer)) PrintOne(page, ranked);
        AnswerOutput.PrintWorth(answer.Coverage, answer.CutOff);
    }

    private static void PrintOne(Page page, RankedPath ranked)
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
        page.Line(new($"{ranked.Rank}. {path.From.Label} -> {path.To.Label}", "bold"),
            string.Create(CultureInfo.InvariantCulture, $"  cost {path.Cost}, {claim}"));
        foreach (var hop in path.Hops) page.Under(HopLine.Of(hop));
        foreach (var reason in path.Because) page.Under(new Page.Part(reason, "grey"));
    }
}
