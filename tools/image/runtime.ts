/**
 * How these machines run a container: Debian's runc, and no cgroup for podman's own watcher, which may have none to give.
 * One that does not end is killed after 50 seconds, or whoever waits for it would wait for ever.
 */
export const RUN_OPTIONS = [
  ...['--runtime', 'runc', 'run', '--rm', '--timeout=50', '--cgroups=no-conmon'],
  ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'],
] as const;
