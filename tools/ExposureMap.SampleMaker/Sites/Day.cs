using System.Globalization;

namespace ExposureMap.SampleMaker.Sites;

/// <summary>The one day on which all stories happen: Monday, 2 March 2026, in UTC.</summary>
internal static class Day
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(string time) => Midnight + TimeSpan.Parse(time, CultureInfo.InvariantCulture);
}
