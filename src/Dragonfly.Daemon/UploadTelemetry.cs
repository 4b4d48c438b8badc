// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Daemon.Upload;

namespace Dragonfly.Daemon;

/// <summary>Counts uploads.</summary>
internal sealed class UploadTelemetry(DaemonTelemetry telemetry) : IUploadListener
{
    /// <inheritdoc/>
    public void UploadStarted() => telemetry.Uploading(1);

    /// <inheritdoc/>
    public void UploadEnded(long bytes, bool isSuccess)
    {
        telemetry.Uploading(-1);
        telemetry.Uploaded(bytes);
    }
}
