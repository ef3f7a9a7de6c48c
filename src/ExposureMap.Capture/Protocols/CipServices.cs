using System.Text;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// CIP services and their effects: common services of volume 1, appendix A-3; from 4Bh on a code means something only with its class
/// (Logix tags: Rockwell 1756-PM020).
/// </summary>
internal static class CipServices
{
    private const int Identity = 0x01, ConnectionManager = 0x06, File = 0x37, ControllerMode = 0x64, Pccc = 0x67, Program = 0x68, Symbol = 0x6B,
        Template = 0x6C, Storage = 0xA1, TcpIpInterface = 0xF5;

    /// <summary>Notes a request; true when it is an operation.</summary>
    public static bool NoteRequest(byte service, in CipPath path, ReadOnlySpan<byte> data, Notes notes)
    {
        if (path.Class == Pccc && service == 0x4B) return PcccCommands.NoteRequest(data, notes);
        var effect = EffectOf(service, path);
        if (effect < Effect.Admin)
        {
            notes.Effect(effect);
            return false;
        }

        if (!notes.Keeps(effect)) notes.Effect(effect);
        else if (!path.Tag.IsEmpty) notes.Operation(effect, $"writes tag {Encoding.ASCII.GetString(path.Tag)}");
        else if (path.Class == ControllerMode && service is 0x06 or 0x07)
            notes.Operation(effect, $"{(service == 0x07 ? "stops" : "starts")} the controller");
        else notes.Operation(effect, $"{Verb(service, effect)} class {path.Class:X2}h instance {path.Instance}");
        return true;
    }

    private static Effect EffectOf(byte service, in CipPath path) => service switch
    {
        0x01 or 0x03 or 0x0E or 0x11 or 0x18 => path.Class == Identity ? Effect.Identify : Effect.Read,
        0x02 or 0x04 or 0x0D or 0x10 or 0x19 or 0x1A or 0x1B => path.Class is TcpIpInterface or Identity ? Effect.Admin : Effect.Write,
        0x05 or 0x06 or 0x07 => Effect.Admin,
        0x08 or 0x09 => path.Class is Program or 0x6A or Symbol or Template or 0xAC ? Effect.Program : Effect.Write,
        0x15 or 0x16 => Effect.Program,
        < 0x4B => Effect.Read,
        _ when path.Class == ConnectionManager => Effect.Identify,   // opens and closes connections, what is sent over them decides
        0x4B or 0x4C or 0x4D or 0x4F when path.Class == File => Effect.Program,
        0x4B or 0x4D when path.Class == Storage => Effect.Program,
        0x4C or 0x52 or 0x55 when IsTag(path) => Effect.Read,
        0x4D or 0x4E or 0x53 when IsTag(path) => Effect.Write,
        _ => Effect.Opaque,
    };

    private static bool IsTag(in CipPath path) => !path.Tag.IsEmpty || path.Class is Symbol or Template;

    private static string Verb(byte service, Effect effect) => (service, effect) switch
    {
        (0x05, _) => "resets",
        (0x06, _) => "starts",
        (0x07, _) => "stops",
        (0x08, _) => "creates",
        (0x09, _) => "deletes",
        (0x15, _) => "restores",
        (0x16, _) => "saves",
        (_, Effect.Program) => "transfers to",
        _ => "sets attributes of",
    };
}
