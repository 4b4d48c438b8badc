// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;

namespace Dragonfly.Server;

/// <summary>One of the three roles: its options class and its start. Immutable.</summary>
/// <typeparam name="TOptions">The options class.</typeparam>
/// <param name="name">Its name.</param>
/// <param name="meaning">What it does.</param>
/// <param name="environmentPrefix">What its environment variables start with.</param>
/// <param name="start">Starts it.</param>
/// <param name="logKeys">What its options say about the log; null when they say nothing.</param>
/// <param name="console">Whether its options want the log on standard output; null when they say nothing.</param>
internal sealed class ServerRole<TOptions>(
    string name,
    string meaning,
    string environmentPrefix,
    Func<TOptions, ProgramContext, CancellationToken, Task<RoleHost>> start,
    Func<TOptions, ServerLogOptions>? logKeys = null,
    Func<TOptions, bool>? console = null) : IServerRole
    where TOptions : class, new()
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Meaning => meaning;

    /// <inheritdoc/>
    public string EnvironmentPrefix => environmentPrefix;

    /// <inheritdoc/>
    public object Load(OptionsSources sources) => OptionsLoader.Load<TOptions>(sources);

    /// <inheritdoc/>
    public ServerLogOptions? LogKeysOf(object options) => logKeys?.Invoke((TOptions)options);

    /// <inheritdoc/>
    public bool LogsToConsole(object options) => console?.Invoke((TOptions)options) == true;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RoleHost>> StartAsync(object options, ProgramContext context, CancellationToken cancellationToken) =>
        [await start((TOptions)options, context, cancellationToken)];
}
