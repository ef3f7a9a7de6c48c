using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using Xunit;

namespace ExposureMap.Capture.Tests.Corpus;

/// <summary>A published capture in which one RTU sends a program to another over an encrypted channel that no control protocol has.</summary>
public sealed class OutOfRoleCaptureTests
{
    private const string Capture = "pcaps/antoine-lemay__Modbus_dataset/CnC_uploading_exe_modbus_6RTU_with_operate.pcap";

    [Fact]
    public void Findings_ARtuWithAHiddenChannelToAnother_SaySo()
    {
        if (Repository.SharedCaptures is not { } captures || !File.Exists(Path.Combine(captures, Capture)))
        {
            Assert.Skip($"../shared/captures/{Capture} is missing");
            return;
        }

        var map = new LiveMap();
        var table = new ConversationTable(map);
        using var source = CaptureFile.Open(Path.Combine(captures, Capture));
        var batch = new FrameBatch();
        while (source.Read(batch, TestContext.Current.CancellationToken)) table.Process(batch);
        table.Flush();

        var finding =
            Assert.Single(FindingCatalog.Evaluate(new MapSnapshot(map.Freeze(), MapSettings.Default), stop: TestContext.Current.CancellationToken),
                finding => finding.Rule.Id == "EM016");
        Assert.StartsWith("192.168.1.101 of 192.168.1.0/24 opens ssl to 192.168.1.105", finding.Title, StringComparison.Ordinal);
    }
}
