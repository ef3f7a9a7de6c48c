namespace ExposureMap.Telemetry;

/// <summary>
/// Everything the service logs. Ids: 1000 interfaces, 1100 findings, 1200 store, 1300 service. Never payload; a malformed frame is a counter.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "{Interface} is {State}")]
    public static partial void InterfaceChanged(this ILogger log, string @interface, string state);

    [LoggerMessage(1001, LogLevel.Warning, "{Interface} is {State}: {Problem}")]
    public static partial void InterfaceImpaired(this ILogger log, string @interface, string state, string problem);

    [LoggerMessage(1100, LogLevel.Warning, "New finding, {Severity}: {Finding}: {Title}")]
    public static partial void FindingRaised(this ILogger log, string severity, string finding, string title);

    [LoggerMessage(1101, LogLevel.Error, "Findings cannot be written to {Path}, it is tried again: {Problem}")]
    public static partial void FindingsLogFailed(this ILogger log, string path, string problem);

    [LoggerMessage(1102, LogLevel.Error, "The map cannot be evaluated; the one published before stays")]
    public static partial void PublishFailed(this ILogger log, Exception failure);

    [LoggerMessage(1103, LogLevel.Information, "Finding closed: {Finding}: {Title}")]
    public static partial void FindingClosed(this ILogger log, string finding, string title);

    [LoggerMessage(1104, LogLevel.Warning, "Finding open again, {Severity}: {Finding}: {Title}")]
    public static partial void FindingReopened(this ILogger log, string severity, string finding, string title);

    [LoggerMessage(1105, LogLevel.Information, "New paths are told against baseline {Baseline}")]
    public static partial void BaselineRead(this ILogger log, string baseline);

    [LoggerMessage(1106, LogLevel.Warning, "No new path is told: baseline {Baseline} cannot be read: {Problem}")]
    public static partial void BaselineFailed(this ILogger log, string baseline, string problem);

    [LoggerMessage(1107, LogLevel.Warning, "And {Count} more findings came or went: see /api/findings, or the findings log where one is kept")]
    public static partial void FindingsUntold(this ILogger log, int count);

    [LoggerMessage(1108, LogLevel.Warning, "Of the configuration: {Acceptance}")]
    public static partial void AcceptanceLapsed(this ILogger log, string acceptance);

    [LoggerMessage(1200, LogLevel.Error, "The map cannot be saved; it goes on in memory and it is tried again: {Problem}")]
    public static partial void StoreFailed(this ILogger log, string problem);

    [LoggerMessage(1201, LogLevel.Information, "The map is saved again")]
    public static partial void StoreRecovered(this ILogger log);

    [LoggerMessage(1300, LogLevel.Information, "Watching {Interfaces}, map in {Store}, pages and API at {Url}")]
    public static partial void ServiceStarted(this ILogger log, string interfaces, string store, string url);

    [LoggerMessage(1301, LogLevel.Information, "Stopped: {Frames} frames read, {Dropped} lost, {Conduits} conduits")]
    public static partial void ServiceStopped(this ILogger log, long frames, long dropped, int conduits);
}
