// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Output;

namespace Dragonfly.Cli.Get;

/// <summary>How one download ended.</summary>
/// <param name="Item">What was asked for.</param>
/// <param name="Progress">What had arrived.</param>
/// <param name="Elapsed">From the request to the end.</param>
/// <param name="Failure">Null after success.</param>
internal sealed record DownloadResult(DownloadItem Item, DownloadProgress Progress, TimeSpan Elapsed, ToolException? Failure)
{
    /// <summary>The exit code of this download alone.</summary>
    public ExitCode Code => Failure?.Code ?? ExitCode.Ok;
}
