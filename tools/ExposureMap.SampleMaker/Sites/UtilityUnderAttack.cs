using ExposureMap.SampleMaker.Messages;
using ExposureMap.SampleMaker.Network;
using static ExposureMap.SampleMaker.Sites.Day;

namespace ExposureMap.SampleMaker.Sites;

/// <summary>The story of 2 March 2026: one morning in which somebody walks from an office mailbox to the meters.</summary>
internal sealed class UtilityUnderAttack : ISite
{
    private const ushort ModbusPort = 502, DlmsPort = 4059, C1222Port = 1153, RemoteDesktopPort = 3389, SecureShellPort = 22;
    private const int Umas = 7;                                 // UMAS session id the controller handed out
    private const int RemoteDisconnectProcedure = 0x0834;       // manufacturer procedure 52: bit 11 set

    private readonly UtilityNetwork _site = new();
    private readonly Mirror _mirror = new(seed: 20260302) { DuplicatesPerMille = 4 };
    private readonly Dialogue _dialogue;

    public UtilityUnderAttack() => _dialogue = new Dialogue(_mirror, "UTILITY");

    public string Folder => "utility-under-attack";

    public Mirror Tell()
    {
        new UtilityOffice(_site, _mirror, _dialogue).Work();
        new UtilityField(_site, _mirror, _dialogue).Work();

        PatchesGoOutEarly(At("06:30:00"));
        LaptopInTwoWorlds(At("08:24:00"));
        HmiAsksForUpdates(At("09:33:00"));
        HmiAsksForUpdates(At("12:33:00"));

        SomebodyOpensAnAttachment(At("07:10:12"));
        TheFirewallHolds(At("07:41:00"));
        ToTheFileServer(At("08:05:30"));
        ToTheJumpHost(At("09:20:05"));
        ToTheHeadEnd(At("10:15:40"));
        LightsOut(At("10:52:10"));
        ToTheSubstation(At("11:30:15"));

        TooLateForThePatchServer(At("12:00:20"));
        VendorCallsIn(At("12:20:00"));
        return _mirror;
    }

    /// <summary>Patient zero calls home every ten minutes from now on.</summary>
    private void SomebodyOpensAnAttachment(DateTimeOffset at)
    {
        const string disguise = "cdn.office-update.example";
        _dialogue.Lookup(at, _site.PatientZero, _site.DomainController, disguise, _site.CommandAndControl);
        for (var beacon = at.AddSeconds(1); beacon < At("13:05:00"); beacon += TimeSpan.FromMinutes(10) + _dialogue.Chance.Seconds(0, 40))
            _dialogue.Browse(beacon, _site.PatientZero, _site.CommandAndControl, disguise, pages: 1);
    }

    /// <summary>Twenty doors into OT and metering: ten are refused aloud, five in the target's name, five in silence.</summary>
    private void TheFirewallHolds(DateTimeOffset at)
    {
        Host[] controllers = [.. _site.Plcs, .. _site.Rtus];
        foreach (var target in controllers)
            foreach (var port in (ushort[])[ModbusPort, 20000])
                Probe.Prohibited(_mirror, _site.PatientZero, target, port, at = at.AddMilliseconds(700));
        foreach (var port in (ushort[])[22, 443, RemoteDesktopPort, 445, DlmsPort])
            Probe.Reset(_mirror, _site.PatientZero, _site.HeadEndServer, port, at = at.AddSeconds(1));
        foreach (var meter in _site.DlmsMeters.Take(5))
            Probe.Dropped(_mirror, _site.PatientZero, meter, DlmsPort, at = at.AddSeconds(2));
        TcpSession.Refused(_mirror, _site.PatientZero, _site.FileServer, SecureShellPort, at.AddSeconds(4));
    }

    private void ToTheFileServer(DateTimeOffset at) =>
        _dialogue.RunAsService(at, _site.PatientZero, _site.FileServer, "svc-backup", "WinDefendUpd");

    private void ToTheJumpHost(DateTimeOffset at)
    {
        TcpSession.Refused(_mirror, _site.FileServer, _site.Historian, RemoteDesktopPort, at.AddMinutes(-6));
        _dialogue.RemoteDesktopTo(at, _site.FileServer, _site.JumpHost, "svc-backup", TimeSpan.FromMinutes(160));
    }

    private void ToTheHeadEnd(DateTimeOffset at) =>
        _dialogue.SecureShellTo(at, _site.JumpHost, _site.HeadEndServer, "PuTTY_Release_0.81", TimeSpan.FromMinutes(55));

    /// <summary>Six households lose their supply by DLMS, one by C12.22; each meter says that it obeyed.</summary>
    private void LightsOut(DateTimeOffset at)
    {
        foreach (var index in (int[])[3, 41, 77, 120, 158, 203])
        {
            var meter = _site.DlmsMeters[index];
            TcpSession.Open(_mirror, _site.HeadEndServer, meter, DlmsPort, at)
                .Ask(DlmsMessages.Associate(UtilityField.HeadEndTitle, "00000000"), DlmsMessages.Associated(UtilityField.TitleOf(meter)))
                .Ask(DlmsMessages.RemoteDisconnect(0xC1), DlmsMessages.ActionDone(0xC1))
                .Ask(DlmsMessages.Release, DlmsMessages.Released).Close();
            at += TimeSpan.FromSeconds(62) + _dialogue.Chance.Seconds(0, 9);
        }

        var victim = _site.C1222Meters[17];
        var (meterTitle, ours) = (UtilityField.NodeOf(victim), UtilityField.HeadEndNode);
        TcpSession.Open(_mirror, _site.HeadEndServer, victim, C1222Port, at.AddMinutes(5))
            .Ask(C1222Messages.InitiateProcedure(meterTitle, ours, 901, RemoteDisconnectProcedure, 1, 0), C1222Messages.Ok(ours, meterTitle, 901))
            .Ask(C1222Messages.ReadTable(meterTitle, ours, 902, 8), C1222Messages.ProcedureDone(ours, meterTitle, 902, RemoteDisconnectProcedure, 1))
            .Close();
    }

    /// <summary>From the same jump host to the engineering workstation, and with its tools into PLC-03.</summary>
    private void ToTheSubstation(DateTimeOffset at)
    {
        _dialogue.RemoteDesktopTo(at, _site.JumpHost, _site.Engineering, "engineer", TimeSpan.FromMinutes(25));
        var breaker = _site.Plcs[2];
        TcpSession.Open(_mirror, _site.Engineering, breaker, ModbusPort, at.AddMinutes(11))
            .Ask(ModbusMessages.Identify(1, 1), ModbusMessages.Identification(1, 1, "Schneider Electric", "BMX P34 2020", "v3.20"))
            .Ask(ModbusMessages.Read(2, 1, 3, 100, 4), ModbusMessages.Registers(2, 1, 3, 1200, 1200, 850, 1))
            .Ask(ModbusMessages.Write(3, 1, 100, 0, 0), ModbusMessages.Written(3, 1, 100, 2)).Wait(TimeSpan.FromSeconds(40))
            .Ask(ModbusMessages.Coil(4, 1, 12, on: false), ModbusMessages.Coil(4, 1, 12, on: false)).Wait(TimeSpan.FromSeconds(70))
            .Ask(ModbusMessages.Umas(5, 1, 0x10, "\x00\x00\x00\x00\x06EWS-01"u8), ModbusMessages.Umas(5, 1, 0xFE, Umas))
            .Ask(ModbusMessages.Umas(6, 1, 0x30, 0, 1), ModbusMessages.Umas(6, 1, 0xFE))
            .Ask(ModbusMessages.Umas(7, 1, 0x31, [0, 1, 1, 0, 0xE6, 0, .. _dialogue.Chance.Octets(230)]), ModbusMessages.Umas(7, 1, 0xFE))
            .Ask(ModbusMessages.Umas(8, 1, 0x32, 0, 1, 2, 0), ModbusMessages.Umas(8, 1, 0xFE))
            .Close();
    }

    /// <summary>The chain that exists only on paper: its second hop came first, and never again.</summary>
    private void PatchesGoOutEarly(DateTimeOffset at) =>
        _dialogue.WriteFile(at, _site.PatchServer, _site.Hmi, "svc-patch", "patches$", "kb5034441.cab", 5600);

    private void TooLateForThePatchServer(DateTimeOffset at) =>
        _dialogue.RemoteDesktopTo(at, _site.Accounting, _site.PatchServer, "j.keller", TimeSpan.FromMinutes(12));

    /// <summary>One laptop, two addresses: the docking station's in the office, a second adapter's on the station bus.</summary>
    private void LaptopInTwoWorlds(DateTimeOffset at)
    {
        _dialogue.Lease(At("06:52:00"), _site.LaptopInOffice, _site.Firewall[_site.Offices], 24);
        Datagram.Resolve(_mirror, At("06:52:02"), _site.LaptopInOffice, _site.Firewall[_site.Offices]);
        _dialogue.Announce(At("06:52:03"), _site.LaptopInOffice, "10.10.4.255");
        _dialogue.LogOn(At("06:52:20"), _site.LaptopInOffice, _site.DomainController, "m.sorensen");
        _dialogue.ReadFile(At("07:58:00"), _site.LaptopInOffice, _site.FileServer, "m.sorensen", "projects", @"sub7\bay3-settings.xlsx", 2800);

        _dialogue.Lease(at, _site.LaptopInStation, _site.StationRouter, 24);
        Datagram.Resolve(_mirror, at.AddSeconds(2), _site.LaptopInStation, _site.Plcs[0]);
        _dialogue.Announce(at.AddSeconds(3), _site.LaptopInStation, "10.70.1.255");
        var session = TcpSession.Open(_mirror, _site.LaptopInStation, _site.Plcs[0], ModbusPort, at.AddMinutes(7));
        for (var transaction = 1; transaction < 15; transaction++)
            session.Ask(ModbusMessages.Read(transaction, 1, 3, 200, 6), ModbusMessages.Registers(transaction, 1, 3, 50, 60, 7, 8, 9, transaction))
                .Wait(TimeSpan.FromSeconds(10));
        session.Close();
    }

    /// <summary>An OT machine reaches for the Internet.</summary>
    private void HmiAsksForUpdates(DateTimeOffset at)
    {
        _dialogue.Lookup(at, _site.Hmi, _site.Firewall[_site.Station], _site.UpdateSite.Name, _site.UpdateSite);
        _dialogue.Fetch(at.AddMilliseconds(300), _site.Hmi, _site.UpdateSite, _site.UpdateSite.Name, "/check?v=8.1.2", "HmiUpdater/8.1",
            HttpMessages.Text("{\"latest\":\"8.1.2\"}"));
    }

    /// <summary>Remote support that somebody answers for: looks, and touches nothing.</summary>
    private void VendorCallsIn(DateTimeOffset at)
    {
        _dialogue.RemoteDesktopTo(at, _site.Vendor, _site.JumpHost, "vendor-support", TimeSpan.FromMinutes(40));
        _dialogue.RemoteDesktopTo(at.AddMinutes(4), _site.JumpHost, _site.Engineering, "vendor-support", TimeSpan.FromMinutes(30));
        var session = TcpSession.Open(_mirror, _site.Engineering, _site.Plcs[1], ModbusPort, at.AddMinutes(9))
            .Ask(ModbusMessages.Identify(1, 1), ModbusMessages.Identification(1, 1, "Schneider Electric", "BMX P34 2020", "v3.20"));
        for (var transaction = 2; transaction < 12; transaction++)
            session.Ask(ModbusMessages.Read(transaction, 1, 3, 0, 8), ModbusMessages.Registers(transaction, 1, 3, 1, 2, 3, 4, 5, 6, 7, transaction))
                .Wait(TimeSpan.FromSeconds(20));
        session.Close();
    }
}
