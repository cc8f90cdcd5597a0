/** How these machines run a container: Debian's runc, and no cgroup for podman's own watcher, which may have none to give. */
export const RUN_OPTIONS = [
  ...['--runtime', 'runc', 'run', '--rm', '--cgroups=no-conmon'],
  ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'],
] as const;
