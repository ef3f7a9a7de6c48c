using System.CommandLine;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap completion bash|zsh|fish</c>: what a shell needs to complete the program's words.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _exposuremap() {
            local IFS=$'\n'
            COMPREPLY=($(exposuremap "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null))
            [ ${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o filenames -F _exposuremap exposuremap
        """;

    private const string Zsh = """
        #compdef exposuremap
        _exposuremap() {
            local -a words_found
            words_found=("${(@f)$(exposuremap "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a words_found || _files
        }
        compdef _exposuremap exposuremap
        """;

    private const string Fish = """
        complete -c exposuremap -a '(exposuremap "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" }.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command =
            new Command("completion",
                "Prints what a shell needs to complete this program's words; for bash: source <(exposuremap completion bash)") { shell };
        command.SetAction(parsed => Console.WriteLine(parsed.GetValue(shell) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash }));
        return command;
    }
}
