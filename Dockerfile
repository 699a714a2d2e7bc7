# The program without its tools, run by an ordinary user. Embedded ledgers live in the volume /data; with
# DATABASE_URL nothing is written.
FROM node:24.18.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json build.mjs mend-postgres.mjs ./
COPY schema schema
COPY src src
RUN npm run build

FROM node:24.18.0-alpine AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc mend-postgres.mjs ./
RUN npm ci --omit=dev --ignore-scripts && node mend-postgres.mjs

FROM node:24.18.0-alpine
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
RUN install -d -o node -g node -m 700 /data && ln -s /app/dist/src/cli/accord287.js /usr/local/bin/accord287
COPY --chown=node:node --from=packages /app/node_modules node_modules
COPY --chown=node:node --from=build /app/dist dist
COPY --chown=node:node package.json ./
COPY --chown=node:node schema schema
USER node
VOLUME /data
EXPOSE 4000
# Longer than the server's own deadlines for closing.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD wget -q -O /dev/null http://127.0.0.1:4000/healthz
CMD ["node", "dist/src/main.js"]
