using ExposureMap.SampleMaker.Messages;
using ExposureMap.SampleMaker.Network;
using static ExposureMap.SampleMaker.Sites.Day;

namespace ExposureMap.SampleMaker.Sites;

/// <summary>An ordinary working day of the corporate network and of the DMZ.</summary>
internal sealed class UtilityOffice(UtilityNetwork site, Mirror mirror, Dialogue dialogue)
{
    private const ushort OpcUa = 4840, Modbus = 502, MailTransfer = 25, MailBox = 993, Updates = 8530;
    private const int Bridge = 4, BridgeAndRouter = 0x14;       // LLDP system capabilities

    private static readonly DateTimeOffset Opening = At("06:00:00"), Closing = At("13:10:00");
    private static readonly string[] Users = ["a.berg", "b.costa", "c.dumont", "d.eriksen", "e.fischer", "f.garcia", "g.hansen", "h.ito",
        "i.jansen", "k.lang", "l.moreau"];

    public void Work()
    {
        Infrastructure();
        for (var index = 0; index < site.Workstations.Count; index++)
            Desk(site.Workstations[index], Users[index], Opening.AddMinutes(12 + (index * 6)));
        AccountingDesk();
        MailServer();
        DemilitarizedZone();
        Administrator();
    }

    private void Infrastructure()
    {
        var access = new Host("sw-office-1", site.Offices, "10.10.4.2", "00:06:5B:10:04:02", 64);
        var core = new Host("sw-core-1", site.Servers, "10.10.1.2", "00:06:5B:10:01:02", 64);
        var station = new Host("sub7-sw-1", site.Station, "10.70.1.3", "00:80:63:70:01:03", 64);
        for (var at = Opening.AddSeconds(5); at < Closing; at += TimeSpan.FromMinutes(15))
        {
            dialogue.Neighbour(at, access, "Gi1/0/48", "Dell Networking N1548P, 6.6.3", Bridge);
            dialogue.Neighbour(at.AddSeconds(3), core, "Te1/1/1", "Dell Networking S4128F, 10.5.2", BridgeAndRouter);
            dialogue.Neighbour(at.AddSeconds(7), station, "port 1/1", "Hirschmann MACH1020, HiOS 8.7", Bridge);
            foreach (var device in (Host[])[core, site.Firewall[site.Servers], access])
                dialogue.AskName(at += TimeSpan.FromSeconds(1), site.NetworkManagement, device);
            foreach (var server in (Host[])[site.FileServer, site.Mail, site.DomainController])
                dialogue.Report(at += TimeSpan.FromSeconds(9), server, site.Siem, 134, "winlogbeat", "4624 An account was successfully logged on");
            dialogue.Report(at += TimeSpan.FromSeconds(4), site.Firewall[site.Servers], site.Siem, 140, "traffic",
                "allow=4211 deny=37 zone=it-to-dmz");
        }

        foreach (var (asker, owner) in ((Host, Host)[])
            [
                (site.FileServer, site.Firewall[site.Servers]), (site.DomainController, site.Firewall[site.Servers]),
                (site.Historian, site.Firewall[site.Dmz]), (site.JumpHost, site.Firewall[site.Dmz]), (site.PatchServer, site.Firewall[site.Dmz]),
                (site.Accounting, site.Firewall[site.Offices]), (site.Firewall[site.Servers], site.Siem), (site.Firewall[site.Servers], site.Mail),
                (site.Firewall[site.Servers], site.NetworkManagement), (site.AdminStation, site.Firewall[site.Admins]),
            ])
        {
            for (var at = Opening + dialogue.Chance.Seconds(1, 500); at < Closing; at += TimeSpan.FromMinutes(70))
                Datagram.Resolve(mirror, at, asker, owner);
        }
    }

    /// <summary>Leases, logs on, reads mail and papers, surfs a little.</summary>
    private void Desk(Host desk, string user, DateTimeOffset at)
    {
        var chance = dialogue.Chance;
        SwitchOn(desk, user, at);
        for (at += chance.Seconds(60, 400); at < Closing; at += chance.Seconds(5400, 9000))
        {
            dialogue.Browse(at, desk, site.Mail, "mail.utility.example", 1, MailBox);
            var surf = dialogue.Lookup(at + chance.Seconds(30, 120), desk, site.DomainController, site.NewsSite.Name, site.NewsSite);
            dialogue.Browse(surf.AddMilliseconds(2), desk, site.NewsSite, site.NewsSite.Name, 1);
            if (chance.Below(3) == 0)
                dialogue.ReadFile(at + chance.Seconds(150, 300), desk, site.FileServer, user, "office",
                    $@"reports\week-{chance.Below(9)}.docx", 1200);
        }

        if (desk.Address.GetAddressBytes()[3] % 4 != 0) return;
        dialogue.Lookup(At("08:30:00") + chance.Seconds(0, 900), desk, site.DomainController, "historian.utility.example", site.Historian);
        dialogue.Browse(At("08:46:00") + chance.Seconds(0, 900), desk, site.Historian, "historian.utility.example", 4);
    }

    /// <summary>Keeps away from the file server: nothing leads from here to the intruder's road.</summary>
    private void AccountingDesk()
    {
        SwitchOn(site.Accounting, "j.keller", Opening.AddMinutes(64));
        for (var at = At("07:20:00"); at < Closing; at += TimeSpan.FromMinutes(71))
            dialogue.Browse(at, site.Accounting, site.Mail, "mail.utility.example", 1, MailBox);
    }

    private void SwitchOn(Host desk, string user, DateTimeOffset at)
    {
        dialogue.Lease(at, desk, site.Firewall[site.Offices], 24);
        Datagram.Resolve(mirror, at.AddSeconds(1), desk, site.Firewall[site.Offices]);
        dialogue.Announce(at.AddSeconds(2), desk, "10.10.4.255");
        dialogue.SetClock(at.AddSeconds(4), desk, site.DomainController);
        dialogue.Lookup(at.AddSeconds(6), desk, site.DomainController, "dc-01.utility.example", site.DomainController);
        dialogue.LogOn(at.AddSeconds(7), desk, site.DomainController, user);
    }

    private void MailServer()
    {
        for (var at = At("06:09:00"); at < Closing; at += TimeSpan.FromMinutes(58))
        {
            var ready = dialogue.Lookup(at, site.Mail, site.DomainController, site.MailRelay.Name, site.MailRelay);
            dialogue.Lookup(at.AddMilliseconds(1), site.DomainController, site.PublicResolver, site.MailRelay.Name, site.MailRelay);
            var session = TcpSession.Open(mirror, site.Mail, site.MailRelay, MailTransfer, ready.AddMilliseconds(40))
                .Answer(HttpMessages.Text("220 mx.partner.example ESMTP\r\n"))
                .Ask(HttpMessages.Text("EHLO mail.utility.example\r\n"), HttpMessages.Text("250-mx.partner.example\r\n250 STARTTLS\r\n"))
                .Ask(HttpMessages.Text("STARTTLS\r\n"), HttpMessages.Text("220 go ahead\r\n"))
                .Ask(TlsMessages.ClientHello(dialogue.Chance, site.MailRelay.Name), TlsMessages.ServerHello(dialogue.Chance))
                .Ask(TlsMessages.Finished(dialogue.Chance), TlsMessages.Data(dialogue.Chance, 80))
                .Ask(TlsMessages.Data(dialogue.Chance, 1300), TlsMessages.Data(dialogue.Chance, 60));
            session.Close();
        }
    }

    private void DemilitarizedZone()
    {
        foreach (var (host, at) in ((Host, DateTimeOffset)[])[(site.Historian, At("06:04:00")), (site.JumpHost, At("06:05:00")),
            (site.PatchServer, At("06:06:00"))])
        {
            dialogue.SetClock(at, host, site.DomainController);
            dialogue.LogOn(at.AddSeconds(3), host, site.DomainController, host.Name + "$");
            for (var report = at.AddMinutes(2); report < Closing; report += TimeSpan.FromMinutes(30))
                dialogue.Report(report, host, site.Siem, 134, "winlogbeat", "4624 An account was successfully logged on");
        }

        foreach (var (client, at) in ((Host, DateTimeOffset)[])[(site.Historian, At("06:12:00")), (site.JumpHost, At("06:15:00"))])
            dialogue.Fetch(at, client, site.PatchServer, "patch-01", "/ClientWebService/client.asmx", "Windows-Update-Agent",
                dialogue.Chance.Octets(2400), Updates);
        HistorianReadsScada();
        HistorianReadsController();
    }

    /// <summary>OPC UA through the allowed conduit, every two minutes.</summary>
    private void HistorianReadsScada()
    {
        var session = TcpSession.Open(mirror, site.Historian, site.Scada, OpcUa, At("06:01:10"))
            .Ask(OpcUaMessages.Hello("opc.tcp://10.70.1.10:4840"), OpcUaMessages.Acknowledge)
            .Ask(OpcUaMessages.OpenChannel, OpcUaMessages.ChannelOpened);
        for (var number = 2; session.Now < Closing; number++)
        {
            session.Ask(OpcUaMessages.Read(number, 1001, 1002, 1003, 1004),
                OpcUaMessages.Values(number, 49.98f + (number % 5 / 100f), 110.4f, 31.7f, number))
                .Wait(TimeSpan.FromMinutes(3));
        }
    }

    private void HistorianReadsController()
    {
        var session = TcpSession.Resume(mirror, site.Historian, site.Plcs[0], Modbus, At("06:00:30"));
        for (var transaction = 4000; session.Now < Closing; transaction++)
            session.Ask(ModbusMessages.Read(transaction, 1, 3, 0, 4), ModbusMessages.Registers(transaction, 1, 3, 500, 501, 17, transaction & 0xFF))
                .Wait(TimeSpan.FromMinutes(5));
    }

    /// <summary>The one who may use the jump host does so, and goes no further.</summary>
    private void Administrator()
    {
        dialogue.LogOn(At("06:40:00"), site.AdminStation, site.DomainController, "adm.weber");
        dialogue.RemoteDesktopTo(At("06:41:00"), site.AdminStation, site.JumpHost, "adm.weber", TimeSpan.FromMinutes(9));
    }
}
