import { capitalised } from "../cells/format";
import { formatMapShare, type MapClass } from "../cells/smearMap";
import classes from "./panels.module.css";

/** Which colour of the map is which class, and how much of the picture it covers. */
export function MapLegend({ mapped }: { mapped: readonly MapClass[] }) {
  return (
    <section aria-labelledby="map-title">
      <h2 id="map-title">Map</h2>
      <table className={classes.mapLegend}>
        <caption className="visually-hidden">Colours of the map, and each class's share of the picture</caption>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col">% of the picture</th>
          </tr>
        </thead>
        <tbody>
          {mapped.map(({ key, name, colour, share }) => (
            <tr key={key} data-map-class={key} data-absent={share === 0 || undefined}>
              <th scope="row">
                <i style={{ background: colour }} aria-hidden="true" />
                {capitalised(name)}
              </th>
              <td>{formatMapShare(share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
