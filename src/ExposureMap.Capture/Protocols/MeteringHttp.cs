using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// What metering speaks over HTTP, told by an HTTP message's head and as much of its body as follows: IEEE 2030.5 (SEP2), MultiSpeak and
/// IEC 61968-9 messages.
/// </summary>
internal static class MeteringHttp
{
    private const string SmartEnergy = "ieee2030-5", MultiSpeak = "multispeak", Cim = "cim";

    /// <summary>The protocol carried, what the request does and in words; null for what is none of these. Answers have no effect.</summary>
    public static (string Protocol, Effect? Effect, string What)? Classify(ReadOnlySpan<byte> head)
    {
        if (head.IndexOf("ultiSpeak"u8) >= 0 || head.IndexOf("multispeak.org"u8) >= 0) return ClassifyMultiSpeak(head);
        if (head.IndexOf("application/sep+xml"u8) >= 0 || head.IndexOf("application/sep-exi"u8) >= 0 || head.IndexOf("urn:ieee:std:2030.5"u8) >= 0)
            return ClassifySmartEnergy(head);
        return head.IndexOf("iec.ch/TC57/"u8) >= 0 && head.IndexOf("Noun>"u8) >= 0 ? ClassifyCim(head) : null;
    }

    /// <summary>
    /// IEEE 2030.5-2018: resources are known by their customary paths; a DER control or a function set assignment moves the customer's plant.
    /// </summary>
    private static (string, Effect?, string) ClassifySmartEnergy(ReadOnlySpan<byte> head)
    {
        var path = Path(head, out var verb);
        if (verb.SequenceEqual("GET"u8) || verb.SequenceEqual("HEAD"u8)) return (SmartEnergy, Effect.Read, "reads a resource");
        if (!verb.SequenceEqual("PUT"u8) && !verb.SequenceEqual("POST"u8) && !verb.SequenceEqual("DELETE"u8)) return (SmartEnergy, null, "");
        if (path.IndexOf("/derp"u8) >= 0 || path.IndexOf("/derc"u8) >= 0) return (SmartEnergy, Effect.Control, "changes a DER control");
        if (path.IndexOf("/drp"u8) >= 0 || path.IndexOf("/edc"u8) >= 0) return (SmartEnergy, Effect.Control, "changes an end device control");
        if (path.IndexOf("/fsa"u8) >= 0) return (SmartEnergy, Effect.Control, "changes a function set assignment");
        if (path.IndexOf("/mup"u8) >= 0 || path.IndexOf("/rsps"u8) >= 0 || path.IndexOf("/lel"u8) >= 0 || path.IndexOf("/ders"u8) >= 0)
            return (SmartEnergy, Effect.Report, "reports");
        if (path.IndexOf("/edev"u8) >= 0) return (SmartEnergy, Effect.Admin, "changes an end device");
        return (SmartEnergy, Effect.Write, "changes a resource");
    }

    /// <summary>MultiSpeak 3.0 and 4.1 web services: the method is named by the SOAP action and by the body's first element.</summary>
    private static (string, Effect?, string) ClassifyMultiSpeak(ReadOnlySpan<byte> head)
    {
        Path(head, out var verb);
        if (!verb.SequenceEqual("POST"u8) && !verb.SequenceEqual("GET"u8)) return (MultiSpeak, null, "");
        if (head.IndexOf("InitiateConnectDisconnect"u8) >= 0 || head.IndexOf("InitiateCD"u8) >= 0)
            return (MultiSpeak, Effect.Control, "remote connect or disconnect");
        if (head.IndexOf("InitiateLoadManagementEvent"u8) >= 0) return (MultiSpeak, Effect.Control, "load management event");
        if (head.IndexOf("InitiateDemandReset"u8) >= 0) return (MultiSpeak, Effect.Control, "demand reset");
        if (head.IndexOf("PingURL"u8) >= 0 || head.IndexOf("GetMethods"u8) >= 0) return (MultiSpeak, Effect.Identify, "asks what is served");
        if (head.IndexOf("ChangedNotification"u8) >= 0 || head.IndexOf("AddNotification"u8) >= 0 || head.IndexOf("RemoveNotification"u8) >= 0
            || head.IndexOf("ExchangeNotification"u8) >= 0)
            return (MultiSpeak, Effect.Write, "changes records");
        return head.IndexOf("Notification"u8) >= 0 ? (MultiSpeak, Effect.Report, "notifies") : (MultiSpeak, Effect.Read, "reads");
    }

    /// <summary>IEC 61968-9 messages: verb and noun of the header (IEC 61968-100); an end device control's type says what it switches.</summary>
    private static (string, Effect?, string) ClassifyCim(ReadOnlySpan<byte> head)
    {
        var changes = head.IndexOf("Verb>create<"u8) >= 0 || head.IndexOf("Verb>change<"u8) >= 0 || head.IndexOf("Verb>execute<"u8) >= 0;
        if (!changes)
            return (Cim, head.IndexOf("Verb>get<"u8) >= 0 ? Effect.Read : head.IndexOf("Verb>created<"u8) >= 0 ? Effect.Report : null, "reads");
        if (head.IndexOf("Noun>EndDeviceControls<"u8) >= 0)
        {
            const string Switch = "end device control";
            if (head.IndexOf("3.31.0.23"u8) >= 0) return (Cim, Effect.Control, "remote disconnect");
            return (Cim, Effect.Control, head.IndexOf("3.31.0.18"u8) >= 0 ? "remote reconnect" : Switch);
        }

        if (head.IndexOf("Noun>EndDeviceFirmware"u8) >= 0) return (Cim, Effect.Program, "firmware");
        return (Cim, Effect.Write, "changes records");
    }

    private static ReadOnlySpan<byte> Path(ReadOnlySpan<byte> head, out ReadOnlySpan<byte> verb)
    {
        verb = default;
        var space = head.IndexOf((byte)' ');
        if (space is < 1 or > 8) return default;
        verb = head[..space];
        var rest = head[(space + 1)..];
        var end = rest.IndexOfAny((byte)' ', (byte)'\r');
        return end < 0 ? rest : rest[..end];
    }
}
