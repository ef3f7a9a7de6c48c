using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>
/// A conduit as searches see it: 16 octets where the row and its effects have 224. It says nothing that they do not say; it is stored beside them
/// because a question reads all links of a map, and rows of the few conduits that its answer names.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct LinkRow
{
    private const long Polling = 20;

    /// <summary>Endpoint rows, and the number of the service.</summary>
    public int From;
    public int To;
    public int Service;
    public LinkMarks Marks;

    public readonly bool Is(LinkMarks marks) => (Marks & marks) != 0;

    public static LinkRow Of(in ConduitRow row, Rows<EffectRow> effects) => new()
    {
        From = row.From,
        To = row.To,
        Service = row.Service,
        Marks = Mark(row.Conversations > 0, LinkMarks.Used) | Mark(row.IsUsable, LinkMarks.Usable)
            | Mark(row.Rejected + row.Blocked > 0, LinkMarks.Denied)
            | Mark(row.Certain > 0, LinkMarks.Certain) | Mark(row.ServiceBasis == ServiceBasis.Payload, LinkMarks.Payload)
            | Mark(row.IsSupposed != 0, LinkMarks.Supposed)
            | (row.Effects < 0 ? LinkMarks.None : Of(effects[row.Effects])),
    };

    private static LinkMarks Of(in EffectRow effects)
    {
        ref readonly var forward = ref effects.Forward;
        ref readonly var backward = ref effects.Backward;
        return Mark(forward[Effect.Write] > 0, LinkMarks.Writes) | Mark(IsCommand(forward), LinkMarks.Commands)
            | Mark(backward[Effect.Read] > 0, LinkMarks.ReadsBack) | Mark(backward[Effect.Write] > 0, LinkMarks.WritesBack)
            | Mark(IsCommand(backward), LinkMarks.CommandsBack)
            | Mark(forward[Effect.Read] + backward[Effect.Report] >= Polling || forward[Effect.Program] > 0, LinkMarks.Works);
    }

    private static bool IsCommand(in EffectTally effects) => effects[Effect.Program] + effects[Effect.Control] + effects[Effect.Admin] > 0;

    private static LinkMarks Mark(bool isSo, LinkMarks mark) => isSo ? mark : LinkMarks.None;
}
