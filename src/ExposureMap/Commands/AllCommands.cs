using System.CommandLine;

namespace ExposureMap.Commands;

/// <summary>The program's commands, in the order in which help lists them.</summary>
internal static class AllCommands
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "ExposureMap draws who can reach whom from mirrored traffic, and flags every path from IT into control systems and meters.")
        {
            AnalyzeCommand.Create(),
            FindingsCommand.Create(),
            EvidenceCommand.Create(),
            PathsCommand.Create(),
            TimedCommand.Reach(),
            TimedCommand.Exposed(),
            CutCommand.Create(),
            ChokeCommand.Create(),
            WhatIfCommand.Create(),
            CoverageCommand.Create(),
            DiffCommand.Create(),
            BaselineCommand.Create(),
            PolicyCommand.Create(),
            IncidentCommand.Create(),
            TableCommand.Assets(),
            SegmentsCommand.Create(),
            TableCommand.Conduits(),
            ConversationsCommand.Create(),
            RunCommand.Create(),
            InterfacesCommand.Create(),
            ExportCommand.Create(),
            ConfigCommand.Create(),
            DemoCommand.Create(),
            CompletionCommand.Create(),
        };
        Examples.AddTo(root);
        WrongValues.RefuseIn(root);
        return root;
    }
}
