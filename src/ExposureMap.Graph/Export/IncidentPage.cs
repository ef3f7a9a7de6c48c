using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using static ExposureMap.Graph.Export.HtmlTable;

namespace ExposureMap.Graph.Export;

/// <summary>An incident as one page to print and to read to a manager: no scripts, nothing from elsewhere, every name escaped.</summary>
public sealed class IncidentPage(TextWriter output, Incident incident)
{
    private const string Style = """
        @page{size:A4;margin:16mm}body{font:14px/1.5 system-ui,"Segoe UI",sans-serif;color:#1d2733;margin:0 auto;max-width:68em;padding:2em 1.5em}
        h1{font-size:1.7em;margin:0}h2{font-size:1.2em;margin:2em 0 .5em;border-bottom:2px solid #1d2733;padding-bottom:.2em}.lead{color:#4a5663;margin:.2em 0 1.5em}
        .sum{background:#f4f6f9;border-left:5px solid #b00020;padding:1em 1.3em;font-size:1.05em}.sum p{margin:.4em 0}
        .tiles{display:flex;gap:1em;margin:1.3em 0;flex-wrap:wrap}
        .tile{flex:1;min-width:8em;border:1px solid #d8dee6;border-radius:6px;padding:.7em 1em}.tile b{display:block;font-size:1.9em;line-height:1.15}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.32em .6em;border-bottom:1px solid #e1e6ec;vertical-align:top}th{background:#f4f6f9;font-weight:600}
        td.t{white-space:nowrap;font-variant-numeric:tabular-nums}.tag{display:inline-block;padding:0 .5em;border-radius:3px;font-size:.85em;white-space:nowrap}
        .acted{background:#b00020;color:#fff}.reached{background:#fbe3bd}.turned{background:#d8ecdf}.foothold{background:#1d2733;color:#fff}.may{background:#eef1f4;color:#4a5663}
        .e{color:#66717e;font-size:.85em}pre{background:#f4f6f9;padding:1em;overflow:auto;font-size:.85em;white-space:pre-wrap}svg{max-width:100%;height:auto}figure{margin:1em 0}
        @media print{body{padding:0;font-size:11px}tr,figure,.sum,.tiles{break-inside:avoid}h2{break-after:avoid}}
        """;

    private const int RowsOfReach = 40;

    /// <param name="picture">The ways to the crown jewels as SVG; empty for none.</param>
    public void Write(string picture)
    {
        output.NewLine = "\n";
        var patients = string.Join(", ", incident.Patients.Select(Incident.Name));
        output.WriteLine("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
            + $"<title>{E($"Incident: {patients}")}</title><style>{Style}</style></head><body>");
        output.WriteLine($"<h1>Incident report: {E(patients)}</h1>");
        var end = incident.Until.IsNever ? "to the end of what was captured" : "to " + Plain(incident.Until);
        output.WriteLine($"<p class=\"lead\">{E($"From {Plain(incident.Since)} {end}, from network captures {Watched()}. Times are UTC.")}</p>");
        WriteSummary(new(incident));
        WriteJewels(picture);
        WriteTimeline();
        WriteReached();
        WriteDenied();
        WriteBlind();
        WriteCut();
        output.WriteLine("<h2>How to read this</h2><p><b>For certain</b> means: conversations whose opener is known follow one another in time, "
            + "so an intruder could really have gone that way. It does not mean that he did. <b>Possibly</b> means the same with at least one "
            + "conversation of which that is not known. What was done is what was seen in the traffic itself.</p></body></html>");
    }

    private ImmutableArray<TimedRow> Rows => incident.Reach.Rows;

    private void WriteSummary(IncidentSummary summary)
    {
        output.WriteLine("<div class=\"sum\">");
        foreach (var sentence in summary.Sentences()) P(sentence);
        output.WriteLine("</div>");
        if (Rows.IsEmpty) return;
        output.WriteLine("<div class=\"tiles\">");
        foreach (var (number, text) in summary.Counts())
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"<div class=\"tile\"><b>{number:N0}</b>{text}</div>"));
        output.WriteLine("</div>");
    }

    private void WriteJewels(string picture)
    {
        H("Crown jewels: the earliest and the shortest way to each");
        if (incident.Jewels.IsEmpty)
        {
            P("No control system, meter, head-end or domain controller was in reach.");
            return;
        }

        if (picture.Length > 0) output.WriteLine($"<figure>{picture}</figure>");
        output.WriteLine(Head("machine", "reached", "earliest way", "shortest way", "what was done to it"));
        foreach (var jewel in incident.Jewels)
        {
            output.WriteLine(Row(
                Markup($"<b>{E(Incident.Name(jewel.Asset))}</b><br><span class=\"e\">{E(jewel.Asset.Segment.Name)}; {E(jewel.Why)}</span>"),
                Markup($"{E(Plain(jewel.Earliest.Time))}<br>{Tag(jewel.Earliest.Certainty)}", "t"),
                Cell(Way(jewel.Earliest.Hops())), Cell(ShortestWay(jewel)), Cell(Harm(jewel))));
        }

        output.WriteLine("</table>");
        WriteLeftOut(incident.JewelsLeftOut);
    }

    private void WriteTimeline()
    {
        H("Timeline");
        output.WriteLine(Head("time", "", "what", "proof"));
        foreach (var one in incident.Timeline)
        {
            var (style, word) = one.Kind switch
            {
                IncidentEventKind.Foothold => ("foothold", "start"),
                IncidentEventKind.Acted => ("acted", "done"),
                IncidentEventKind.Turned => ("turned", "turned away"),
                _ => one.Certainty == PathCertainty.Must ? ("reached", "in reach") : ("may", "possibly"),
            };
            output.WriteLine(
                Row(Time(one.At), Markup($"<span class=\"tag {style}\">{word}</span>"), Cell(one.Text),
                    Cell(one.Evidence.Capture.Length == 0 ? "" : one.Evidence.ToString(), "e")));
        }

        output.WriteLine("</table>");
    }

    private void WriteReached()
    {
        H("In reach, in the order of the earliest arrival");
        var shown = incident.Gravest(RowsOfReach);
        output.WriteLine(Head("earliest", "", "machine", "segment", "hops", "why only possibly"));
        foreach (var row in shown)
        {
            output.WriteLine(Row(
                Time(row.Time), Markup(Tag(row.Certainty)), Cell(Incident.Name(row.Asset)), Cell(row.Asset.Segment.Name),
                Number(row.Hops().Length), Cell(row.Because.FirstOrDefault() ?? "", "e")));
        }

        output.WriteLine("</table>");
        WriteLeftOut(
            Rows.Except(shown).CountBy(row => row.Asset.Segment.Name).OrderByDescending(one => one.Value).Select(one => (one.Key, one.Value)));
        if (!incident.Reach.IsComplete) P("The search was cut off: there may be more.");
    }

    private void WriteLeftOut(IEnumerable<(string Segment, int Count)> more)
    {
        var all = more.ToList();
        if (all.Count == 0) return;
        var places = all.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Count:N0} of {one.Segment}"));
        P($"The gravest are shown; {N(all.Sum(one => one.Count), "more in reach is", "more in reach are")} left out ({string.Join(", ", places)}). All are in reached.csv and reached.json.");
    }

    private void WriteDenied()
    {
        H("Tried and turned away");
        if (incident.Denied.IsEmpty)
        {
            P("Nothing was seen to be refused to the machines in reach.");
            return;
        }

        output.WriteLine(Head("first", "who", "where to", "services", "no answer", "refused", "blocked"));
        foreach (var one in incident.Denied)
            output.WriteLine(
                Row(Time(one.First), Cell(one.From), Cell(one.To), Cell(one.Services), Number(one.Attempted),
                    Number(one.Rejected), Number(one.Blocked)));
        output.WriteLine("</table>");
    }

    private void WriteBlind()
    {
        H("Where this is blind");
        P("Only what a mirror port showed is in here. What passed beside it (another switch, a modem, a laptop carried across, a USB stick) is not, "
            + "and machines that kept silent are not on the map.");
        output.WriteLine(Head("capture", "from", "to", "frames", "lost", "octets missed", "problem"));
        foreach (var one in incident.Reach.Coverage.Captures)
            output.WriteLine(
                Row(Cell(one.Capture), Time(one.First), Time(one.Last), Number(one.Frames), Number(one.Dropped), Number(one.MissedOctets),
                    Cell(one.Problem ?? "none")));
        output.WriteLine("</table>");
        foreach (var reason in incident.Reach.Coverage.Reasons) P(reason);
        var oneWay =
            incident.Map.Conduits.Count(conduit => !conduit.IsUsable && conduit.Data.OneWay > 0 && conduit.CrossesSegments && conduit.To >= 0);
        if (oneWay > 0) P($"Of {N(oneWay, "conduit")} between segments only one direction was seen: whether anything answered is not known.");
        var inReach = Rows.Select(row => row.Asset.Id).ToHashSet();
        var sealedTraffic =
            incident.Map.Conduits.Count(conduit => conduit.IsUsable && conduit.Effects.Strongest == Effect.Opaque && inReach.Contains(conduit.From));
        if (sealedTraffic > 0)
            P($"{N(sealedTraffic, "conduit")} of machines in reach carried encrypted messages: what was done there cannot be read.");
    }

    private void WriteCut()
    {
        H("What to cut");
        var cut = incident.Cut;
        if (!cut.IsJoined) P("No conduit seen joins it with control systems or meters.");
        else if (!cut.IsPossible) P("No cut of conduits severs it from control systems and meters: " + string.Join("; ", cut.Obstacles));
        else
        {
            var proof = cut.IsProven ? "; the reach was computed again without them and holds none" : "";
            P($"The fewest conduits between the first machine and all control systems and meters{proof}. The machine itself should be taken off the network in any case.");
            output.WriteLine("<ul>");
            foreach (var one in cut.Breaks)
            {
                var stops = one.Rate + " stop" + (one.IsLegitimate ? "" : "; outside the policy anyway");
                output.WriteLine($"<li><b>{E(one.Conduit.ToString())}</b> <span class=\"e\">{E(stops)}</span></li>");
            }

            output.WriteLine("</ul>");
            if (cut.BreaksCount > cut.Breaks.Length) P($"And {N(cut.BreaksCount - cut.Breaks.Length, "conduit")} more, less used.");
            output.WriteLine(
                $"<pre>{string.Join('\n', FirewallRules.Write(FirewallDialect.Nftables, incident.Map, cut.Unit, cut.Cut).Select(E))}</pre>");
        }
    }

    private static string Way(ImmutableArray<Hop> hops) =>
        hops.IsEmpty ? "" : string.Concat(hops.Select(hop => $"{hop.From.Label} –{FindingText.Service(hop.Service)}→ ")) + hops[^1].To.Label;

    private static string ShortestWay(CrownJewel jewel)
    {
        if (jewel.Shortest is not { } shortest) return "";
        if (shortest.Hops.Select(hop => hop.To.Id).SequenceEqual(jewel.Earliest.Hops().Select(hop => hop.To.Id))) return "the same";
        return Way(shortest.Hops) + (shortest.IsWitnessed ? "" : " (exists, not in time)");
    }

    private static string Harm(CrownJewel jewel)
    {
        if (jewel.Harm is not { Operation: var one } harm) return "nothing grave seen";
        return string.Create(CultureInfo.InvariantCulture, $"{one.Effect.Word()}: {one.What} ({Plain(one.At)}, {harm.Capture} frame {one.Frame})");
    }

    private string Watched() =>
        incident.Map.Watched is var (first, last) && !first.IsNever ? $"of {Plain(first)} to {Plain(last)}" : "of which nothing is known";

    private static string Tag(PathCertainty certainty) =>
        certainty == PathCertainty.Must ? "<span class=\"tag reached\">for certain</span>" : "<span class=\"tag may\">possibly</span>";

    private static string Plain(Timestamp time) => IncidentSummary.Clock(time);

    private static string N(int count, string one, string many = "") => FindingText.Count(count, one, many.Length > 0 ? many : one + "s");

    private static string Time(Timestamp time) => Cell(Plain(time), "t");

    private void H(string text) => output.WriteLine($"<h2>{E(text)}</h2>");

    private void P(string text) => output.WriteLine($"<p>{E(text)}</p>");

    private static string E(string text) => HtmlText.Escape(text);
}
