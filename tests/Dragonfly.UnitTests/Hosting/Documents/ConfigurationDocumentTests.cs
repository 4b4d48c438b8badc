// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Dragonfly.Daemon.Options;
using Dragonfly.Hosting.Options;
using Dragonfly.Manager.Options;
using Dragonfly.Scheduler;
using Dragonfly.Testing.Processes;

namespace Dragonfly.UnitTests.Hosting.Documents;

/// <summary>
/// <c>docs/configuration.md</c> and the sample files are what the options classes say. After changing those, write the files anew with
/// <c>DRAGONFLY_WRITE_DOCS=1 ./test unit</c>.
/// </summary>
public sealed class ConfigurationDocumentTests
{
    private const string Head = """
        # Configuration

        Generated from the options classes; a test fails when they differ (`DRAGONFLY_WRITE_DOCS=1 ./test unit` writes it anew).

        Values come, least important first, from defaults, the file (`--config`, YAML), the environment and `--set` flags. In the environment
        a key is the role's name and the key's parts in capitals with two underscores between: `DFDAEMON__UPLOAD__SERVER__PORT=0`,
        `SCHEDULER__SERVER__PORT=0`, `MANAGER__DATABASE__TYPE=sqlite`; single underscores and case do not matter, and lists are written as YAML on one
        line. `--set upload.server.port=0` does the same on the command line. Unknown keys are errors. `--print-config` shows what is in force.

        Durations are written `500ms`, `30s`, `1m30s`, `2h`; sizes `512KiB`, `4MiB` (1024) or `50GB` (1000). A port of 0 lets the system choose.
        Samples with every key are in `docs/samples/`.

        """;

    private static readonly (string Role, Type Options)[] Roles =
    [
        ("manager", typeof(ManagerOptions)),
        ("scheduler", typeof(SchedulerOptions)),
        ("dfdaemon", typeof(DaemonOptions)),
    ];

    [Fact]
    public void The_reference_says_what_the_options_say()
    {
        var summaries = new MemberSummaries();
        var document = new ConfigurationDocument(summaries);
        var text = new StringBuilder(Head);
        foreach (var (role, options) in Roles)
        {
            text.Append(document.Reference(role, Activator.CreateInstance(options)!));
        }

        Check("docs/configuration.md", text.ToString(), summaries);
    }

    [Theory]
    [MemberData(nameof(RoleNames))]
    public void The_sample_file_holds_every_key_with_its_default(string role)
    {
        var summaries = new MemberSummaries();
        var options = Activator.CreateInstance(Roles.Single(entry => entry.Role == role).Options)!;
        Check($"docs/samples/{role}.yaml", new ConfigurationDocument(summaries).Sample(role, options), summaries);
    }

    [Theory]
    [MemberData(nameof(RoleNames))]
    public void The_sample_file_loads_to_the_defaults(string role)
    {
        var type = Roles.Single(entry => entry.Role == role).Options;
        var sources = new OptionsSources { File = Path.Combine(PublishedPrograms.Root, "docs", "samples", $"{role}.yaml"), FileIsRequired = true };
        var loaded = typeof(OptionsLoader).GetMethod(nameof(OptionsLoader.Load))!.MakeGenericMethod(type).Invoke(null, [sources])!;
        Assert.Equal(OptionsPrinter.Print(Activator.CreateInstance(type)!), OptionsPrinter.Print(loaded));
    }

    [Theory]
    [MemberData(nameof(RoleNames))]
    public void Every_key_of_the_original_is_understood(string role)
    {
        var type = Roles.Single(entry => entry.Role == role).Options;
        var sources = new OptionsSources { File = Path.Combine(PublishedPrograms.Root, "tests", "Fixtures", "config", $"original-{role}.yaml"), FileIsRequired = true };
        typeof(OptionsLoader).GetMethod(nameof(OptionsLoader.Load))!.MakeGenericMethod(type)
            .Invoke(null, System.Reflection.BindingFlags.DoNotWrapExceptions, null, [sources], null);
    }

    public static TheoryData<string> RoleNames() => [.. Roles.Select(role => role.Role)];

    private static void Check(string path, string expected, MemberSummaries summaries)
    {
        if (!summaries.AreComplete)
        {
            Assert.Skip("built without documentation files");
        }

        var file = Path.Combine(PublishedPrograms.Root, path);
        if (Environment.GetEnvironmentVariable("DRAGONFLY_WRITE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }

        Assert.True(File.Exists(file) && File.ReadAllText(file) == expected, $"{path} differs from the options: DRAGONFLY_WRITE_DOCS=1 ./test unit");
    }
}
