// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Dragonfly.Cli.Get;

/// <summary>The help of <c>dfget</c>, made from its flags.</summary>
internal static class GetHelp
{
    /// <summary>What follows a usage error.</summary>
    public const string Usage = "Usage: dfget [OPTIONS] --output <PATH> <URL>\n       dfget [OPTIONS] --input-file <LIST>\n\nFor more information, try '--help'.";

    /// <summary>Everything.</summary>
    public static string Text()
    {
        var text = new StringBuilder();
        text.Append(
            """
            dfget downloads a file through the Dragonfly daemon of this machine.

            Usage: dfget [OPTIONS] --output <PATH> <URL>
                   dfget [OPTIONS] --input-file <LIST>

            Examples:
              dfget -O model.bin https://example.com/model.bin
              dfget -O - https://example.com/data.tar.gz | tar xz
              dfget -i list.txt -j 8        (a line: URL OUTPUT)

            Options:

            """);
        foreach (GetFlag flag in GetFlags.All())
        {
            string names = (flag.Short is { } letter ? $"-{letter}, " : "    ") + $"--{flag.Long}" + (flag.Value is null ? "" : $" <{flag.Value}>");
            text.Append("  ").Append(names.PadRight(46)).Append(names.Length > 45 ? "\n" + new string(' ', 48) : "").Append(flag.Help);
            text.Append(flag.Environment is null ? "\n" : $" [env: {flag.Environment}]\n");
        }

        return text.Append(
            """

            Exit codes:
              0  done                        5  no space left
              1  failed                      6  the digest does not match
              2  wrong command line          7  the daemon cannot be reached or does not answer
              3  not found at the origin     8  the time of --timeout was up
              4  forbidden by the origin     130  interrupted
            With --input-file the highest code of all files is the exit code.

            """).ToString();
    }
}
