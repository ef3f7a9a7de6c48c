using System.Collections.Immutable;

namespace ExposureMap.Graph.Findings;

/// <summary>One rule, one file, one id that is never used again for another.</summary>
public interface IFindingRule
{
    /// <summary><c>EM001</c> and so on.</summary>
    string Id { get; }

    string Title { get; }

    /// <summary>Why it matters, for a reader who is no engineer.</summary>
    string Why { get; }

    string Remedy { get; }

    /// <summary>Clauses of the standards it breaks: <c>IEC 62443-3-3 SR 5.1</c>, <c>NERC CIP-005-7 R1.2</c>.</summary>
    ImmutableArray<string> Requirements { get; }

    IEnumerable<Finding> Evaluate(FindingContext context);
}
