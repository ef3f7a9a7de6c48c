using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Api;

/// <summary>What <c>--policy</c> and <c>--assume-segment</c> (of the API <c>policy</c> and <c>assume_segment</c>) ask to be supposed.</summary>
internal static class SuppositionAsked
{
    /// <param name="problem">Why it cannot be; empty when it can.</param>
    public static Supposition Of(bool isPolicy, bool isAssumed, MapSnapshot map, out string problem)
    {
        problem = isPolicy && isAssumed ? "the policy and what neighbours might do are two questions: ask for one of them"
            : isPolicy && !map.Settings.Policy.IsDeclared
            ? "the site declared no policy to ask: write one under 'policy' in the configuration ('exposuremap policy suggest' makes a first one)"
            : "";
        return isPolicy ? Supposition.Policy : isAssumed ? Supposition.Neighbours : Supposition.None;
    }

    /// <summary>Of the policy nothing can be asked that only an observation could have.</summary>
    public static string ProblemOfSeen(PathGraph graph, bool asksWitnessed, bool asksGrade) =>
        graph.Options.Supposed != PathBasis.Permitted || !asksWitnessed && !asksGrade
            ? ""
            : $"{(asksWitnessed ? "witnessed" : "grade")} asks what was seen, and the policy what may be: leave one of them out";
}
