# The image that a step names. What goes in is prepared by `npm run image:context`; docs/publishing.md has the commands.
#
# Of the base only Node and the libraries that it loads go into the image: no shell, no package manager. By digest, so
# that the same commit gives the same image; another base of Node 24 is named by --build-arg NODE=…
ARG NODE=node:24.20.0-bookworm-slim@sha256:ba849c60be29959425b8734d57b8b4b7d56f98edd9504c9af091d5281095a71e

# hadolint ignore=DL3006
FROM ${NODE} AS stage
COPY build/image/ /stage/
RUN ["node", "/stage/tools/stage.mjs", "/out"]

FROM scratch
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="vercel-oidc-deploy" \
      org.opencontainers.image.description="Deploys to Vercel by the step's own OIDC identity and leaves a signed record" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=stage /out/runtime/ /
COPY --from=stage /out/pipe/ /
ENV PATH=/usr/local/bin
# Bitbucket gives the clone to root alone, so the pipe is root there; elsewhere it runs as any user.
ENTRYPOINT ["/usr/local/bin/node", "/opt/vercel-oidc-deploy/main.js"]
