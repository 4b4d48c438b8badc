// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>Where the options of one role come from, least important first: defaults, the file, the environment, flags. Immutable.</summary>
public sealed record OptionsSources
{
    /// <summary>The file; null to use defaults only.</summary>
    public string? File { get; init; }

    /// <summary>Whether the file was asked for: then it must exist. A default path that is absent means defaults.</summary>
    public bool FileIsRequired { get; init; }

    /// <summary>
    /// The environment. A variable <c>PREFIX__SECTION__KEY</c> sets <c>section.key</c>; case and single underscores do not
    /// matter, so <c>DFDAEMON__UPLOAD__SERVER__PORT</c> is <c>upload.server.port</c> and <c>DFDAEMON__GC__POLICY__TASK_TTL</c> is <c>gc.policy.taskTTL</c>.
    /// Lists and blocks are written as YAML on one line.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the variables start with, before the two underscores: <c>DFDAEMON</c>, <c>SCHEDULER</c>, <c>MANAGER</c>.</summary>
    public string EnvironmentPrefix { get; init; } = "DRAGONFLY";

    /// <summary>Values given as <c>--set section.key=value</c>, in their order.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
