using System.Globalization;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>The last day, in UTC, on which a permission or an acceptance holds.</summary>
public readonly record struct Until(DateOnly Day)
{
    public static readonly Until Never = new(DateOnly.MaxValue);

    public bool IsNever => Day == DateOnly.MaxValue;

    public bool HasPassed(Timestamp at) =>
        !IsNever && at >= Timestamp.From(new DateTimeOffset(Day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    public override string ToString() => IsNever ? "never" : Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
