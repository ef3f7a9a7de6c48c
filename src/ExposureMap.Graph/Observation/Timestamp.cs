using System.Globalization;

namespace ExposureMap.Graph.Observation;

/// <summary>
/// A moment of packet time: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted. Holds 1677 to 2262; others are clamped by readers.
/// </summary>
public readonly record struct Timestamp(long Nanoseconds) : IComparable<Timestamp>
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>"Never seen": sorts after every real moment, so that a minimum over moments ignores it.</summary>
    public static readonly Timestamp Never = new(long.MaxValue);

    public static readonly Timestamp Beginning = new(long.MinValue);

    public bool IsNever => Nanoseconds == long.MaxValue;

    /// <summary>Clamps to what a <see cref="long"/> of nanoseconds can hold.</summary>
    public static Timestamp FromUnix(long seconds, long nanoseconds)
    {
        const long LastSecond = long.MaxValue / NanosecondsPerSecond - 1;
        return new(Math.Clamp(seconds, -LastSecond, LastSecond) * NanosecondsPerSecond + Math.Clamp(nanoseconds, 0, NanosecondsPerSecond - 1));
    }

    public static Timestamp From(DateTimeOffset moment) => FromUnix(moment.ToUnixTimeSeconds(), moment.UtcTicks % TimeSpan.TicksPerSecond * 100);

    public static Timestamp Earlier(Timestamp left, Timestamp right) => left.Nanoseconds <= right.Nanoseconds ? left : right;

    public static Timestamp Later(Timestamp left, Timestamp right) => left.Nanoseconds >= right.Nanoseconds ? left : right;

    public static TimeSpan operator -(Timestamp left, Timestamp right) => new((left.Nanoseconds - right.Nanoseconds) / 100);

    public static Timestamp operator +(Timestamp left, TimeSpan right) => new(left.Nanoseconds + right.Ticks * 100);

    public static bool operator <(Timestamp left, Timestamp right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Timestamp left, Timestamp right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Timestamp left, Timestamp right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Timestamp left, Timestamp right) => left.Nanoseconds >= right.Nanoseconds;

    public int CompareTo(Timestamp other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Seconds since 1970 UTC; microseconds survive the rounding until 2100.</summary>
    public double ToUnixSeconds() => (double)((decimal)Nanoseconds / NanosecondsPerSecond);

    /// <summary>Seconds since 1970 UTC with all nine digits, as JSON and Zeek write a time.</summary>
    public string ToUnixText()
    {
        var (seconds, rest) = Math.DivRem(Nanoseconds, NanosecondsPerSecond);
        var sign = Nanoseconds < 0 ? "-" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{Math.Abs(seconds)}.{Math.Abs(rest):D9}");
    }

    /// <summary>ISO 8601 in UTC with microseconds, for people.</summary>
    public override string ToString() => IsNever
        ? "never"
        : DateTimeOffset.UnixEpoch.AddTicks(Nanoseconds / 100).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
