using System.Globalization;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Api;

/// <summary>A moment in a query: seconds since 1970 UTC as rows write it, or ISO 8601.</summary>
internal static class QueryTime
{
    public static bool TryParse(string? text, Timestamp whenMissing, out Timestamp time)
    {
        time = whenMissing;
        if (text is null) return true;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < long.MaxValue)
        {
            time = Timestamp.FromUnix((long)seconds, (long)(seconds % 1 * 1_000_000_000));
            return true;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return false;
        time = Timestamp.From(moment);
        return true;
    }
}
