using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ExposureMap.Graph.Findings;
using ExposureMap.Hosting;
using ExposureMap.Output;

namespace ExposureMap.Api;

/// <summary>
/// <c>/</c>: the findings, the interfaces and the segments as one page of plain HTML, without a script. Every text on it is escaped.
/// </summary>
internal static class FrontPage
{
    private const int MostRows = 500;

    private const string Style =
        "body{font:15px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#1a2433;background:#fff}"
        + "h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}"
        + "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d8dee6;vertical-align:top}th{color:#51606f;font-weight:600}"
        + ".critical,.high,.lossy,.missing,.error,.link-down{color:#b3261e;font-weight:600}.medium,.silent{color:#8a5a00;font-weight:600}img{max-width:100%}";

    /// <summary>The page's own style and nothing else.</summary>
    private static readonly string Policy =
        $"{SecurityHeaders.NoContent}; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; img-src 'self'";

    private static readonly ImmutableArray<string> InterfaceFields = ["interface", "state", "problem", "received", "last_packet", "blind_seconds"];

    public static void Map(IEndpointRouteBuilder app, ServiceParts parts) => app.MapGet("/", (HttpResponse response) =>
    {
        response.Headers.ContentSecurityPolicy = Policy;
        return TypedResults.Content(Page(parts), "text/html; charset=utf-8");
    }).ExcludeFromDescription();

    private static string Page(ServiceParts parts)
    {
        var html = new StringBuilder(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append("<meta http-equiv=\"refresh\" content=\"30\"><title>ExposureMap</title><style>").Append(Style)
            .Append("</style></head><body><h1>ExposureMap</h1>");
        if (parts.Publication.Current is { } now) Body(html, now, [.. parts.Interfaces.Select(one => one.Report())]);
        else html.Append("<p>The stored map is still being read.</p>");
        return html.Append(
            "<p>Read-only API: <a href=\"/openapi/v1.json\">OpenAPI</a>, <a href=\"/health\">health</a>, <a href=\"/metrics\">metrics</a>.</p></body></html>").ToString();
    }

    private static void Body(StringBuilder html, PublishedMap now, ImmutableArray<InterfaceReport> interfaces)
    {
        var moment = now.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        html.Append(CultureInfo.InvariantCulture, $"<p>{now.Map.Assets.Length} assets, {now.Map.Conduits.Count()} conduits, as of {moment} UTC.</p>");
        Table(html, "Findings", FindingColumns.All.Where(column => column.InTable), now.Findings, finding => finding.Severity.Word());
        Table(html, "Coverage", InterfaceColumns.All.Where(column => InterfaceFields.Contains(column.Name)), interfaces,
            report => report.State.Word());
        Table(html, "Segments", SegmentColumns.All.Where(column => column.InTable), [.. SegmentColumns.RowsOf(now.Map)], _ => "");
        html.Append("<h2>Map</h2><img src=\"/api/export/svg\" alt=\"The map: segments, and who reaches whom between them\">");
    }

    /// <param name="mark">The class of the cell that says how grave a row is.</param>
    private static void Table<T>(StringBuilder html, string title, IEnumerable<Column<T>> columns, ImmutableArray<T> rows, Func<T, string> mark)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{title} ({rows.Length})</h2>");
        if (rows.IsEmpty) return;
        var shown = columns.ToList();
        html.Append("<table><thead><tr>");
        foreach (var column in shown) html.Append("<th>").Append(WebUtility.HtmlEncode(column.Name.Replace('_', ' '))).Append("</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var row in rows.Take(MostRows))
        {
            html.Append("<tr>");
            foreach (var column in shown)
                html.Append(column.Name is "severity" or "state" ? $"<td class=\"{mark(row)}\">" : "<td>")
                    .Append(WebUtility.HtmlEncode(column.Text(row))).Append("</td>");
            html.Append("</tr>");
        }

        html.Append("</tbody></table>");
        if (rows.Length > MostRows) html.Append(CultureInfo.InvariantCulture, $"<p>The first {MostRows} of {rows.Length}; the API gives all.</p>");
    }
}
