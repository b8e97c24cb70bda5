# Built once with everything that Riff needs; runs as an ordinary user on a read-only file system.
#   docker build -t riff .
#   docker run --read-only --tmpfs /tmp -v riff-data:/data -e DISCORD_TOKEN riff
FROM node:24-bookworm-slim AS build
# Debian takes old versions away: a pinned one would break the build some day.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 python3-pip \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /riff
ENV XDG_CACHE_HOME=/opt/cache
COPY package.json package-lock.json .npmrc ./
COPY src/setup.mjs src/config.ts src/errors.ts ./src/
COPY src/messages ./src/messages
COPY src/setup ./src/setup
COPY src/system ./src/system
COPY src/openvino ./src/openvino
# The cache stays empty where openvino-node came with its native part; the next stage copies it all the same.
# Node itself, the compiler, the linter and the browser driver are for development; the image has its Node.
RUN mkdir -p /opt/cache && node src/setup.mjs && npm prune --omit=dev && chmod -R a+rX /opt/cache
COPY commands ./commands
COPY models ./models
COPY src ./src
COPY LICENSE NOTICE tsconfig.json ./

FROM node:24-bookworm-slim
WORKDIR /riff
ENV NODE_ENV=production XDG_CACHE_HOME=/opt/cache DATA_DIR=/data HEALTH_PORT=9464
# glibc would give every thread a heap of its own, and each keeps what was once used.
ENV MALLOC_ARENA_MAX=2
COPY --from=build /opt/cache /opt/cache
COPY --from=build /riff /riff
RUN mkdir /data && chown node:node /data
# The user "node", by number: the host knows no name.
USER 1000:1000
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The bot makes little garbage; without these V8 lets its heap grow for hours before it collects.
CMD ["node", "--heap-growing-percent=30", "--max-semi-space-size=8", "src/main.ts"]
