namespace ExposureMap.Graph.Segments;

/// <summary>A finding that someone of the site answers for.</summary>
/// <param name="Rule">The id of the rule, <c>EM001</c>.</param>
public sealed record AcceptedFinding(string Rule, string Because)
{
    /// <summary>The first and the last asset of the path, as written; both empty when every finding of the rule is accepted.</summary>
    public string From { get; init; } = "";

    public string To { get; init; } = "";

    public string Owner { get; init; } = "";

    public Until Until { get; init; } = Until.Never;
}
