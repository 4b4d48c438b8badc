// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Server;

/// <summary>What <c>--help</c> prints: one page for the program, one for each role with its own names in it.</summary>
internal static class ServerHelp
{
    /// <summary>The program's page.</summary>
    /// <param name="version">The program's version.</param>
    /// <returns>The text, with its last line's end.</returns>
    public static string ForAll(string version)
    {
        var text = new StringWriter();
        text.WriteLine($"""
            dragonfly {version}: peer-to-peer file distribution

            usage: dragonfly ROLE [flags]        see dragonfly ROLE --help
                   dragonfly demo [URL]          a whole cluster on this machine; see dragonfly demo --help

            roles:
            """);
        foreach (var role in ServerRoles.All)
        {
            text.WriteLine($"  {role.Name,-12} {role.Meaning}");
        }

        WriteFlags(text, "ROLE");
        text.WriteLine("\nEach flag can be set as ROLE_FLAG in the environment, each key as ROLE__SECTION__KEY: DFDAEMON_LOG_LEVEL, DFDAEMON__UPLOAD__SERVER__PORT.");
        return text.ToString();
    }

    /// <summary>A role's page.</summary>
    /// <param name="role">The role.</param>
    /// <param name="version">The program's version.</param>
    /// <returns>The text, with its last line's end.</returns>
    public static string For(IServerRole role, string version)
    {
        var text = new StringWriter();
        text.WriteLine($"""
            dragonfly {role.Name} {version}: {role.Meaning}

            usage: dragonfly {role.Name} [flags]
            """);
        WriteFlags(text, role.Name);
        text.WriteLine($"""

            Each flag can be set in the environment, {role.EnvironmentPrefix}_LOG_LEVEL=debug, and so can each key of the configuration, {role.EnvironmentPrefix}__SECTION__KEY.
            All keys with their present values: dragonfly {role.Name} --print-config
            """);
        return text.ToString();
    }

    private static void WriteFlags(StringWriter text, string role)
    {
        text.WriteLine("\nflags:");
        foreach (var (flag, letter, meaning) in ServerArguments.Flags)
        {
            text.WriteLine($"  {(letter is null ? "    " : letter + ", ")}{flag,-20} {meaning.Replace("ROLE", role, StringComparison.Ordinal)}");
        }

        text.WriteLine("  -h, --help               print this");
        text.WriteLine("  -V, --version            print the version");
    }
}
