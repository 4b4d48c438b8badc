// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Upload;

/// <summary>Hears of uploads: metrics and the host's announcement.</summary>
internal interface IUploadListener
{
    /// <summary>A piece begins to be sent.</summary>
    void UploadStarted();

    /// <summary>Its sending ended.</summary>
    /// <param name="bytes">Bytes of content handed to the kernel.</param>
    /// <param name="isSuccess">All of them.</param>
    void UploadEnded(long bytes, bool isSuccess);
}
