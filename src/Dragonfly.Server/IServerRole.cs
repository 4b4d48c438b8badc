// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;

namespace Dragonfly.Server;

/// <summary>A role that the program can run.</summary>
internal interface IServerRole
{
    /// <summary>Its name, which is the command and the name of its files.</summary>
    string Name { get; }

    /// <summary>What it does, for the help.</summary>
    string Meaning { get; }

    /// <summary>What its environment variables start with.</summary>
    string EnvironmentPrefix { get; }

    /// <summary>Loads its options.</summary>
    /// <param name="sources">Where they come from.</param>
    /// <returns>The checked options.</returns>
    object Load(OptionsSources sources);

    /// <summary>What its options say about the log.</summary>
    /// <param name="options">What <see cref="Load"/> gave.</param>
    /// <returns>The keys; null when it has none.</returns>
    ServerLogOptions? LogKeysOf(object options) => null;

    /// <summary>Whether its options want the log on standard output.</summary>
    /// <param name="options">What <see cref="Load"/> gave.</param>
    bool LogsToConsole(object options) => false;

    /// <summary>Starts it.</summary>
    /// <param name="options">What <see cref="Load"/> gave.</param>
    /// <param name="context">What the program gives.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The running roles, in the order in which they were started.</returns>
    Task<IReadOnlyList<RoleHost>> StartAsync(object options, ProgramContext context, CancellationToken cancellationToken);
}
