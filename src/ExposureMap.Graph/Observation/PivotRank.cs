namespace ExposureMap.Graph.Observation;

/// <summary>How much control a service gives over its responder, from nothing to running programs there (contract, "pivot rank").</summary>
public enum PivotRank : byte { None, Data, Transfer, Interactive, Execute }

public static class PivotRankWords
{
    public const int Count = 5;

    private static readonly string[] Words = ["none", "data", "transfer", "interactive", "execute"];

    public static string Word(this PivotRank rank) => Words[(int)rank];

    public static bool TryParse(string? word, out PivotRank rank)
    {
        var index = Array.IndexOf(Words, word);
        rank = (PivotRank)Math.Max(index, 0);
        return index >= 0;
    }
}
